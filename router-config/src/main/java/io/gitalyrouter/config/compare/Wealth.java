package io.gitalyrouter.config.compare;

import java.util.Arrays;

/**
 * A bet against "this share is not above that": a mixture of likelihood ratios, each with a greater
 * share of its own. While the claim is true the wealth is a non-negative supermartingale that
 * begins with 1, so that the probability of it ever reaching 1/a is at most a (Ville), however
 * often somebody looks. <em>Not thread-safe.</em>
 */
final class Wealth {
  /** By what factors the odds may be greater; each has the same part of the stake. */
  private static final double[] ODDS = {1.5, 2, 3, 5, 10, 30, 100};

  private final double[] logs = new double[ODDS.length];

  /**
   * Events that were drawn one by one, each counted with this probability.
   *
   * @param claimed above 0, below 1
   * @param counted of the events
   * @param events all
   */
  void drawnEach(double claimed, long counted, long events) {
    for (int i = 0; i < logs.length; i++) {
      double more = greater(claimed, ODDS[i]);
      logs[i] +=
          counted * Math.log(more / claimed)
              + (events - counted) * Math.log((1 - more) / (1 - claimed));
    }
  }

  /**
   * Events of one moment that may all hang together: only their share counts, whose mean must not
   * be above the claim.
   */
  void drawnTogether(double claimed, double share) {
    for (int i = 0; i < logs.length; i++) {
      double more = greater(claimed, ODDS[i]);
      logs[i] += Math.log(share * more / claimed + (1 - share) * (1 - more) / (1 - claimed));
    }
  }

  private static double greater(double claimed, double odds) {
    return claimed * odds / (claimed * odds + 1 - claimed);
  }

  /** The natural logarithm of the wealth. */
  double log() {
    double highest = Arrays.stream(logs).max().orElse(0);
    return highest
        + Math.log(Arrays.stream(logs).map(log -> Math.exp(log - highest)).sum() / ODDS.length);
  }
}
