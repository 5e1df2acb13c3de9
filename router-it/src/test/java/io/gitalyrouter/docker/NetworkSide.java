package io.gitalyrouter.docker;

import io.gitalyrouter.history.RouterWatch;
import io.gitalyrouter.standin.proto.MethodCount;
import java.util.List;

/**
 * The network side from three sides: the clients' counters, this machine's open sockets, the
 * server's counters. <em>Not thread-safe; confined to the test.</em>
 *
 * @param cluster the servers
 * @param clients the routers
 */
record NetworkSide(Cluster cluster, List<RouterWatch> clients) {
  /** Copies the list. */
  NetworkSide {
    clients = List.copyOf(clients);
  }

  /**
   * What has reached the network side.
   *
   * @param served calls, by the clients' counters
   * @param sockets connections that are open
   * @param accepted connections, by the server's kernel, since it started
   * @param calls calls, by the server, since it started; 0 if it cannot be asked
   */
  record Seen(long served, long sockets, long accepted, long calls) {}

  /** Looks at all sides. */
  Seen seen() {
    return seen(cluster.image().isStandIn() ? calls() : 0);
  }

  /** Looks without asking the server, which may be frozen. */
  Seen seenFromOutside() {
    return seen(/* calls= */ 0);
  }

  private Seen seen(long calls) {
    long served = clients.stream().mapToLong(RouterWatch::servedByNetwork).sum();
    return new Seen(served, sockets(), cluster.network().accepted(), calls);
  }

  private long calls() {
    return cluster.network().control().counters().getMethodsList().stream()
        .mapToLong(MethodCount::getStarted)
        .sum();
  }

  /** Connections of this machine to the network server. */
  long sockets() {
    return Command.run("ss", "-Htn", "state", "established", "dst", cluster.network().ip())
        .lines()
        .filter(line -> !line.isBlank())
        .count();
  }
}
