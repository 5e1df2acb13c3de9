package io.gitalyrouter.experiment;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything the verdict is drawn from. <em>Immutable.</em>
 *
 * @param clientCalls the workers' books
 * @param served the servers' call logs
 * @param executions the servers' ledgers of mutations
 * @param refs the references that are in the repository in the end, with their targets
 * @param dark the network server's counters at the end of dark
 * @param drained the same when the last call had left it after the rollback
 * @param end the same at the end of the post-check
 * @param restarts workers whose process at the end is not the one of the start
 * @param inFlightAfterDrain calls that the canary's router still had on the network side then
 * @param cloned what came of the {@code git clone} over the network; empty if there was none
 * @param shed arrivals that the load loops gave up, by host
 */
record Evidence(
    List<ClientCall> clientCalls,
    List<ServerEntry> served,
    List<ServerEntry> executions,
    Map<String, String> refs,
    Optional<ServerCounters> dark,
    Optional<ServerCounters> drained,
    Optional<ServerCounters> end,
    long restarts,
    long inFlightAfterDrain,
    Optional<CloneResult> cloned,
    Map<String, Long> shed) {
  /** Copies the collections. */
  Evidence {
    clientCalls = List.copyOf(clientCalls);
    served = List.copyOf(served);
    executions = List.copyOf(executions);
    refs = Map.copyOf(refs);
    shed = Map.copyOf(shed);
  }

  /**
   * A clone with the stock client.
   *
   * @param refsCompared references that the clone was asked for
   * @param refsDiffering those that are missing or point elsewhere
   * @param fsckClean whether {@code git fsck --full} found nothing
   */
  record CloneResult(long refsCompared, long refsDiffering, boolean fsckClean) {}
}
