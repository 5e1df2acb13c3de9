package io.gitalyrouter.config.compare;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/** The intervals that more than one estimate uses, at one confidence. <em>Immutable.</em> */
record Uncertainty(double confidence) {

  /** Half the width of an interval, in standard errors, when they are estimated from few values. */
  double standardErrors(int degreesOfFreedom) {
    return TDistribution.of(degreesOfFreedom).inverseSurvivalProbability((1 - confidence) / 2);
  }

  /** The mean of independent values. */
  Interval mean(double[] values) {
    return Interval.around(
        average(values),
        standardErrors(values.length - 1)
            * Math.sqrt(squares(values) / (values.length - 1) / values.length));
  }

  /**
   * The difference of the means of two sets of independent values that spread alike. With one value
   * on a side it rests on the spread of the other: one host among many.
   */
  Interval differenceOfMeans(double[] of, double[] from) {
    int degrees = of.length + from.length - 2;
    double variance = (squares(of) + squares(from)) / degrees;
    return Interval.around(
        average(of) - average(from),
        standardErrors(degrees) * Math.sqrt(variance * (1.0 / of.length + 1.0 / from.length)));
  }

  private static double average(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  private static double squares(double[] values) {
    double mean = average(values);
    return Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
  }

  /** Wilson's interval for a share of independent calls. */
  Interval share(double count, double calls) {
    if (calls == 0) {
      return new Interval(0, 0, 1);
    }
    double z = NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - confidence) / 2);
    double part = count / calls;
    double divisor = 1 + z * z / calls;
    double middle = (part + z * z / (2 * calls)) / divisor;
    double half = z * Math.sqrt(part * (1 - part) / calls + z * z / (4 * calls * calls)) / divisor;
    return new Interval(part, Math.max(0, middle - half), Math.min(1, middle + half));
  }

  /** Newcombe's interval for the difference of two shares of independent calls. */
  Interval differenceOfShares(Interval of, Interval from) {
    double difference = of.estimate() - from.estimate();
    return new Interval(
        difference,
        difference - Math.hypot(of.estimate() - of.lower(), from.upper() - from.estimate()),
        difference + Math.hypot(of.upper() - of.estimate(), from.estimate() - from.lower()));
  }
}
