package io.gitalyrouter.transport;

import java.time.Duration;
import java.util.Locale;

/**
 * A fault that a drill makes up in this process. None of it reaches a server: a call that fails has
 * not left, so that every call may move, mutations too. <em>Immutable.</em>
 *
 * @param kind what goes wrong
 * @param delay how long a call is held back before it leaves or fails; 0 for UNAVAILABLE
 */
public record InjectedFault(Kind kind, Duration delay) {
  /** The longest a drill may last: one that was forgotten is over within the hour. */
  public static final Duration MAX_LIMIT = Duration.ofHours(1);

  /** Checks the delay. */
  public InjectedFault {
    if (delay.isNegative() || delay.compareTo(Duration.ofMinutes(5)) > 0) {
      throw new IllegalArgumentException("delay: " + delay + " (expected: 0 to 5 minutes)");
    }
  }

  /** What goes wrong. */
  public enum Kind {
    /** Calls fail at once with UNAVAILABLE. */
    UNAVAILABLE,
    /** Calls leave later; meanwhile nothing is heard of them. */
    SLOW,
    /** Calls fail a moment later with UNAVAILABLE. */
    RESET;

    /** The name for people, such as {@code slow}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
