package io.gitalyrouter.history;

/**
 * A time in which a server was out of the routing: from the return of the change that took it out
 * to the beginning of the change that brings it back. <em>Immutable.</em>
 *
 * @param label what was done, for people
 * @param server the server that must be left alone
 * @param fromNanos its beginning, on the callers' clock
 * @param toNanos its end
 * @param strays calls of any kind that the server received after the drain; 0 if that could not be
 *     counted, as on a frozen server
 */
record QuietTime(String label, Server server, long fromNanos, long toNanos, long strays) {
  /**
   * Whether all that could have brought the call to the server was chosen in this time. Its first
   * route is chosen when it begins; a move, which only leads to a local server, at any time until
   * its end.
   */
  boolean covers(ObservedCall call) {
    ObservedCall.Times times = call.times();
    long lastChoiceNanos = server.isLocal() ? times.endNanos() : times.routedNanos();
    return times.beginNanos() - fromNanos >= 0 && toNanos - lastChoiceNanos >= 0;
  }
}
