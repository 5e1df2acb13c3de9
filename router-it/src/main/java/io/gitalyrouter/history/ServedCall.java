package io.gitalyrouter.history;

/**
 * A line pair of a server's book: one call in its call log, or one execution in its ledger.
 * <em>Immutable.</em>
 *
 * @param server whose book
 * @param callId the number of the caller's call; {@value #NO_CALL} if none of the callers made it,
 *     as for a probe
 * @param method the full method name
 * @param status the name of the status that it ended with; empty if the server died before, or the
 *     call is still there
 */
record ServedCall(Server server, long callId, String method, String status) {
  /** The id of what no caller asked for. */
  static final long NO_CALL = -1;

  boolean isOk() {
    return status.equals("OK");
  }
}
