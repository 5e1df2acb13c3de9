package io.gitalyrouter.breaker;

import java.time.Duration;

/**
 * When a breaker trips, and how it comes back. <em>Immutable.</em>
 *
 * @param failureRatePercent the share of failures in the window that trips it; above 0, at most 100
 * @param failuresInARow so many failures without a success between them trip it, whatever the
 *     window remembers; at least 1
 * @param window how far back results count; whole seconds, at least one
 * @param minimumCalls results in the window before the share means anything; at least 1
 * @param openFor how long it stays open before it lets trial calls through
 * @param trialCalls how many trial calls decide whether it closes again; at least 1
 */
public record BreakerSettings(
    float failureRatePercent,
    int failuresInARow,
    Duration window,
    int minimumCalls,
    Duration openFor,
    int trialCalls) {
  /** Half of at least 20 calls in 10 s failed, or 10 in a row: open for 2 s, then 5 trial calls. */
  public static final BreakerSettings DEFAULT =
      new BreakerSettings(50, 10, Duration.ofSeconds(10), 20, Duration.ofSeconds(2), 5);

  /** Checks the ranges. */
  public BreakerSettings {
    if (!(failureRatePercent > 0 && failureRatePercent <= 100)) {
      throw new IllegalArgumentException(
          "failureRatePercent: " + failureRatePercent + " (expected: > 0 and <= 100)");
    }
    if (window.toSeconds() < 1 || window.toNanosPart() != 0) {
      throw new IllegalArgumentException(
          "window: " + window + " (expected: whole seconds, >= 1 s)");
    }
    if (failuresInARow < 1 || minimumCalls < 1 || trialCalls < 1) {
      throw new IllegalArgumentException(
          "failuresInARow, minimumCalls, trialCalls: "
              + failuresInARow
              + ", "
              + minimumCalls
              + ", "
              + trialCalls
              + " (expected: >= 1)");
    }
    if (openFor.isNegative() || openFor.isZero()) {
      throw new IllegalArgumentException("openFor: " + openFor + " (expected: > 0)");
    }
  }
}
