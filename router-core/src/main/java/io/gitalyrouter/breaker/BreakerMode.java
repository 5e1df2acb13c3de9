package io.gitalyrouter.breaker;

/** Who decides whether a breaker lets calls through. <em>Immutable.</em> */
public enum BreakerMode {
  /** The results of the calls decide. */
  AUTO,
  /**
   * Nobody is refused; it is told and counted when the results would have tripped the breaker. A
   * call that cannot move stays local for as long as the breaker would be open, and for a while
   * after each failure.
   */
  WOULD_HAVE_TRIPPED,
  /** Every call is refused, and served locally. */
  FORCED_OPEN,
  /**
   * Nobody is refused, whatever the results are. A call that cannot move stays local for a while
   * after each failure.
   */
  FORCED_CLOSED
}
