package io.gitalyrouter.transport;

/**
 * A call on a network endpoint that could still be served locally. <em>Thread-safe.</em>
 *
 * @see Lease#watch
 */
public interface WatchedCall {

  /** Why a call had better move. */
  enum Nudge {
    /** The endpoint is silent: nothing answers there. */
    SILENT,
    /**
     * The endpoint lost its connection: a call that is still queued would wait for the next one.
     */
    DISCONNECTED,
    /** The call's share of its deadline is spent; what is left is for the local side. */
    SHARE_SPENT,
    /** The first message names a quarantine of git objects: nothing was sent, nothing may be. */
    GIT_QUARANTINE
  }

  /** Moves the call if it can. Called from the watch; must not block. */
  void nudge(Nudge why);

  /**
   * Looks at what only time shows: a spent share of the deadline, and an answer that does not come.
   * Called from the watch; must not block.
   *
   * @param nowNanos the ticker's time
   * @param endpointSpeaks whether bytes came from the endpoint lately
   */
  void age(long nowNanos, boolean endpointSpeaks);
}
