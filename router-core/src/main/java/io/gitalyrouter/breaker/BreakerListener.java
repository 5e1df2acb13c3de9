package io.gitalyrouter.breaker;

import java.time.Duration;

/**
 * Hears of a breaker, on the thread whose call changed it, with no lock held. <em>Thread-safe.</em>
 */
@FunctionalInterface
public interface BreakerListener {
  /** The names of the state before and the state after. */
  void changed(String from, String to);

  /** In another mode than {@link BreakerMode#WOULD_HAVE_TRIPPED} it would have opened. */
  default void wouldTrip(String why) {}

  /**
   * Somebody set the mode, or its time is over.
   *
   * @param limit how long it lasts at most; zero for {@link BreakerMode#AUTO}, which lasts
   */
  default void modeSet(BreakerMode mode, Duration limit, String reason) {}
}
