package io.gitalyrouter.config.compare;

import java.util.Optional;

/**
 * The two routes at one quantile. <em>Immutable.</em>
 *
 * @param quantile such as 0.95
 * @param estimate what was found; empty if there are too few data
 * @param refused why there is no estimate, and what it needs; empty if there is one
 */
public record QuantileEffect(double quantile, Optional<Estimate> estimate, String refused) {

  /**
   * An effect. <em>Immutable.</em>
   *
   * @param localMillis the local arm's quantile, in milliseconds
   * @param networkMillis the network arm's quantile, in milliseconds
   * @param differenceMillis network minus local, in milliseconds
   * @param ratio network by local
   */
  public record Estimate(
      double localMillis, double networkMillis, Interval differenceMillis, Interval ratio) {}

  static QuantileEffect refused(double quantile, String why) {
    return new QuantileEffect(quantile, Optional.empty(), why);
  }

  /** The name in reports, such as {@code p99.9}. */
  public String label() {
    return label(quantile);
  }

  static String label(double quantile) {
    double percent = Math.round(quantile * 1e6) / 1e4;
    return "p" + (percent == Math.rint(percent) ? String.valueOf((long) percent) : percent);
  }
}
