package io.gitalyrouter.docker;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.history.RouterWatch;
import io.gitalyrouter.history.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where faults happen while callers call: what they strike, and what they can wait for. <em>Not
 * thread-safe; confined to the test.</em>
 *
 * @param cluster the servers
 * @param props what only some faults need
 * @param router the router
 * @param traffic who calls meanwhile
 * @param toldBefore how much the router had told before
 * @param seen what other callers than these saw of it; the last counts
 */
record FaultStage(
    Cluster cluster,
    Props props,
    RouterWatch router,
    Traffic traffic,
    int toldBefore,
    List<FaultRow> seen) {
  private static final Duration BACK = Duration.ofSeconds(10);

  /** Calls in which a fault shows what it does. */
  static final long ENOUGH = 300;

  /**
   * What only some faults need.
   *
   * @param certificates right and wrong ones of the network server
   * @param quiet a router whose network side nobody calls
   */
  record Props(Certificates certificates, QuietRouter quiet) {}

  /** A stage on which nothing has happened yet. */
  static FaultStage of(Cluster cluster, Props props, RouterWatch router, Traffic traffic) {
    return new FaultStage(cluster, props, router, traffic, router.told().size(), new ArrayList<>());
  }

  /** What callers of the fault's own saw: it is theirs that counts then. */
  void seen(Traffic.Verdict verdict, long backMillis) {
    seen.add(FaultRow.seen(verdict, backMillis));
  }

  Certificates certificates() {
    return props.certificates();
  }

  QuietRouter quiet() {
    return props.quiet();
  }

  GitalyContainer network() {
    return cluster.network();
  }

  /** Harm to the packets of the network server. */
  Packets packets() {
    return Packets.of(network());
  }

  /** Waits until callers have seen enough of it. */
  void enough() {
    traffic.calls(ENOUGH);
  }

  /** Waits until no call is routed to the network side any more, and for calls after that. */
  void left() {
    RouterWatch.until("the network side is left", () -> !router.isNetworkInUse());
    enough();
  }

  /** Waits until the connection is known to be lost, and for calls after that. */
  void lost() {
    RouterWatch.until(
        "the connection is lost", () -> router.storage().networkState() != EndpointState.READY);
    enough();
  }

  /** Ends what was wrong with the network server's settings, as ops would. */
  void mend() throws IOException {
    ServerOptions right = cluster.networkOptions().withCertificate(certificates().good());
    network().restart(wrong -> right);
  }

  /** Sends the calls another way, and waits until that is in use. */
  void route(Way way) throws IOException {
    ChangeStep.ONE_HOST.write(cluster, way);
    Optional<String> address = Optional.of(way.address());
    RouterWatch.until("the document", () -> router.storage().network().equals(address));
    back();
  }

  /** Waits until the server's kernel has accepted a connection, and for calls after that. */
  void accepted() {
    RouterWatch.until("an accepted connection", () -> packets().connections() > 0);
    enough();
  }

  /** Waits until ops can read what is wrong: in the status, or in what the router told since. */
  void says(String what) {
    says(what, Duration.ofSeconds(30));
  }

  /** As {@link #says(String)}, in time. */
  void says(String what, Duration patience) {
    RouterWatch.until("status says: " + what, patience, () -> words().contains(what));
  }

  private String words() {
    List<RouterEvent> told = router.told();
    return router.storage().obstacle().orElse("")
        + "\n"
        + told.subList(Math.min(toldBefore, told.size()), told.size());
  }

  /**
   * Waits until the network side is in use again, and serves.
   *
   * @return how long that took, in milliseconds
   */
  long back() {
    long from = System.nanoTime();
    RouterWatch.until("the network side is in use again", BACK, router::isNetworkInUse);
    traffic.networkCalls(20);
    long took = (System.nanoTime() - from) / 1_000_000;
    RouterWatch.until("the network side stays in use", BACK, router::isNetworkInUse);
    return took;
  }
}
