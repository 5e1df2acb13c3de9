package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Route;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Effects of an interleaved design: clusters of time are drawn anew, with both arms' calls of a
 * drawn cluster together, so what disturbs both arms cancels. The interval is the estimate and its
 * bootstrap standard error, with Student's quantile for the number of clusters: it can be had at
 * any confidence from few replicates. <em>Immutable.</em>
 */
final class BootstrapEffects extends EffectEstimator {
  private static final int MIN_CLUSTERS = 20;

  private final ComparisonPlan plan;
  private final int clusters;
  private final Sample sample;

  BootstrapEffects(ComparisonPlan plan, int clusters, Sample sample) {
    this.plan = plan;
    this.clusters = clusters;
    this.sample = sample;
  }

  @Override
  String obstacle() {
    return clusters >= MIN_CLUSTERS
        ? ""
        : "needs calls in " + MIN_CLUSTERS + " slots of time, has " + clusters;
  }

  @Override
  long fewest(Strata strata, int group) {
    Strata.Group named = strata.groups().get(group);
    return Math.min(strata.calls(named, Route.LOCAL), strata.calls(named, Route.NETWORK));
  }

  @Override
  String cell() {
    return "each arm";
  }

  @Override
  Found[][] estimate(int groups) {
    double[] once = new double[clusters];
    Arrays.fill(once, 1);
    double[][] local = sample.quantiles(0, once, QUANTILES);
    double[][] network = sample.quantiles(1, once, QUANTILES);
    Spread[][] differences = spreads(groups);
    Spread[][] ratios = spreads(groups);
    SplittableRandom random = new SplittableRandom(plan.seed());
    for (int replicate = 0; replicate < plan.replicates(); replicate++) {
      double[] drawn = new double[clusters];
      for (int i = 0; i < clusters; i++) {
        drawn[random.nextInt(clusters)]++;
      }
      double[][] drawnLocal = sample.quantiles(0, drawn, QUANTILES);
      double[][] drawnNetwork = sample.quantiles(1, drawn, QUANTILES);
      for (int group = 0; group < groups; group++) {
        for (int i = 0; i < QUANTILES.length; i++) {
          differences[group][i].add(drawnNetwork[group][i] - drawnLocal[group][i]);
          ratios[group][i].add(Math.log(drawnNetwork[group][i] / drawnLocal[group][i]));
        }
      }
    }
    double width =
        new Uncertainty(plan.confidence()).standardErrors(clusters - 1)
            * Math.sqrt(clusters / (clusters - 1.0));
    Found[][] found = new Found[groups][QUANTILES.length];
    for (int group = 0; group < groups; group++) {
      for (int i = 0; i < QUANTILES.length; i++) {
        double from = local[group][i];
        double to = network[group][i];
        found[group][i] =
            new Found(
                from,
                to,
                Interval.around(to - from, width * differences[group][i].deviation()),
                Interval.around(Math.log(to / from), width * ratios[group][i].deviation()));
      }
    }
    return found;
  }

  private static Spread[][] spreads(int groups) {
    Spread[][] spreads = new Spread[groups][QUANTILES.length];
    for (Spread[] row : spreads) {
      Arrays.setAll(row, i -> new Spread());
    }
    return spreads;
  }

  /** The standard deviation of a stream of values; a replicate without calls is passed over. */
  private static final class Spread {
    private long count;
    private double mean;
    private double squares;

    void add(double value) {
      if (Double.isFinite(value)) {
        count++;
        double before = value - mean;
        mean += before / count;
        squares += before * (value - mean);
      }
    }

    double deviation() {
      return count < 2 ? Double.NaN : Math.sqrt(squares / (count - 1));
    }
  }
}
