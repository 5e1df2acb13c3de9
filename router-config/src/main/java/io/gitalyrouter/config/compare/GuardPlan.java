package io.gitalyrouter.config.compare;

import java.time.Instant;

/**
 * What a guard watches. <em>Immutable.</em>
 *
 * @param design {@link Design#RPC} or {@link Design#REQUEST}
 * @param percent the share of calls that is meant for the network side, above 0
 * @param from from when on
 * @param alpha the probability of an objection while there is no effect, however often it is asked;
 *     above 0, below 1
 * @param margins how much more errors and fallbacks there may be
 */
public record GuardPlan(
    Design design, double percent, Instant from, double alpha, Margins margins) {
  /** The default of {@code alpha}, for a whole rollout. */
  public static final double DEFAULT_ALPHA = 0.05;

  /** Checks the ranges. */
  public GuardPlan {
    if (!design.isInterleaved()) {
      throw new IllegalArgumentException("design: " + design + " (expected: rpc or request)");
    }
    if (!(percent > 0 && percent <= 100)) {
      throw new IllegalArgumentException("percent: " + percent + " (expected: > 0 and <= 100)");
    }
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("alpha: " + alpha + " (expected: > 0 and < 1)");
    }
  }
}
