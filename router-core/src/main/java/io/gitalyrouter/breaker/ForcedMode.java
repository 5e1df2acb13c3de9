package io.gitalyrouter.breaker;

import java.time.Duration;
import java.util.Locale;

/**
 * A mode that somebody set on a breaker. <em>Immutable.</em>
 *
 * @param mode any but {@link BreakerMode#AUTO}
 * @param left how long it lasts from now; above 0, at most {@link #MAX}
 * @param reason for those who ask later
 */
public record ForcedMode(BreakerMode mode, Duration left, String reason) {
  /** The longest time: a forced breaker that was forgotten is itself again the next day. */
  public static final Duration MAX = Duration.ofHours(24);

  /** Checks the mode and the time. */
  public ForcedMode {
    if (mode == BreakerMode.AUTO) {
      throw new IllegalArgumentException(
          "mode: AUTO (expected: a forced mode; reset the breaker to go back to AUTO)");
    }
    if (left.isNegative() || left.isZero() || left.compareTo(MAX) > 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "limit: %s (expected: > 0 and <= %s; force again to prolong it)",
              left,
              MAX));
    }
  }

  /** The same mode a while later; if its time is over already, as it was just before that. */
  ForcedMode after(long nanos) {
    return new ForcedMode(mode, Duration.ofNanos(Math.max(1, left.toNanos() - nanos)), reason);
  }
}
