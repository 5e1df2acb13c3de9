package io.gitalyrouter.experiment;

/**
 * What a server counted since its process started. <em>Immutable.</em>
 *
 * @param storageCalls calls about a storage
 * @param otherCalls health checks and questions about the server itself
 * @param connectionsAccepted connections that were ever made to it
 * @param connectionsOpen connections that are open now
 */
record ServerCounters(
    long storageCalls, long otherCalls, long connectionsAccepted, long connectionsOpen) {
  long calls() {
    return storageCalls + otherCalls;
  }
}
