package io.gitalyrouter.config.compare;

import java.time.Duration;

/**
 * How much slower the network side may be at a quantile. It is too slow only when it is beyond both
 * parts: ten percent of a tenth of a millisecond harms nobody. <em>Immutable.</em>
 *
 * @param quantile such as 0.95; above 0, below 1
 * @param relative such as 0.1 for ten percent; at least 0
 * @param absolute at least 0
 */
public record LatencyMargin(double quantile, double relative, Duration absolute) {
  /** Checks the ranges. */
  public LatencyMargin {
    if (!(quantile > 0 && quantile < 1)) {
      throw new IllegalArgumentException("quantile: " + quantile + " (expected: > 0 and < 1)");
    }
    if (!(relative >= 0) || absolute.isNegative()) {
      throw new IllegalArgumentException(
          "margin: " + relative + ", " + absolute + " (expected: >= 0)");
    }
  }
}
