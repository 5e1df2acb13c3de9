package io.gitalyrouter.experiment;

import java.time.Duration;
import java.util.List;

/**
 * The experiment at one moment, for whoever watches. <em>Immutable.</em>
 *
 * @param phase the phase that runs
 * @param inPhase how long it has been running
 * @param planned how long it shall take, waiting for servers not included
 * @param overall the share of the whole run that is over, 0 to 1
 * @param hosts one line for each worker
 * @param network what is known of the network server, such as its counters, or that it is down
 */
record Snapshot(
    Phase phase,
    Duration inPhase,
    Duration planned,
    double overall,
    List<HostLine> hosts,
    String network) {
  /** Copies the list. */
  Snapshot {
    hosts = List.copyOf(hosts);
  }

  /**
   * One worker in this phase, as it sees itself.
   *
   * @param host its name
   * @param local calls answered by the local server
   * @param network calls answered by the network server
   * @param failed calls that failed, or had a wrong answer
   * @param moved calls that its router moved to the local side
   * @param p50Micros half of the phase's calls took at most so long
   * @param p95Micros the same for 95 %
   * @param router the state of its network endpoint and breaker
   */
  record HostLine(
      String host,
      long local,
      long network,
      long failed,
      long moved,
      long p50Micros,
      long p95Micros,
      String router) {}
}
