package io.gitalyrouter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gitalyrouter.history.RouterWatch;
import io.gitalyrouter.history.Server;
import io.gitalyrouter.history.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The change in its steps on two hosts that call all the time, one of which gets the role: what
 * each step does, every fault while the role is on, and the way back from each of them; afterwards
 * nothing is left on the network side, seen from three sides. <em>Not thread-safe; confined to the
 * test.</em>
 */
final class StagedChange implements AutoCloseable {
  private static final int CALLERS = 12;
  private static final int OTHER_CALLERS = 4;
  private static final long OTHER_AFTER = 1_000_000_000;
  private static final long OBSERVED = 200;
  private static final Duration BACK = Duration.ofSeconds(10);

  /** Held, because a logger that nobody holds forgets its level. */
  private final Logger log = Logger.getLogger("io.gitalyrouter");

  private final Closer open = new Closer();
  private final Map<Fault, FaultRow> rows = new LinkedHashMap<>();
  private final Cluster cluster;
  private final Way usual;
  private final FaultStage.Props props;
  private final WorkerHost git01;
  private final WorkerHost git02;
  private final NetworkSide network;

  private StagedChange(Cluster cluster) throws Exception {
    this.cluster = cluster;
    log.setLevel(Level.SEVERE);
    open.add(() -> log.setLevel(null));
    open.add(cluster);
    boolean made = false;
    try {
      Certificates certificates = Certificates.of(cluster);
      ServerOptions options = cluster.networkOptions();
      cluster.addNetwork(Server.NETWORK, options.withCertificate(certificates.good()));
      cluster.addNetwork(Server.TWIN, options.withMinKeepAlive(QuietRouter.STRICT_SECONDS));
      usual = cluster.usual(Server.NETWORK);
      QuietRouter quiet = open.add(QuietRouter.start(cluster));
      props = new FaultStage.Props(certificates, quiet);
      ChangeStep.OFF.write(cluster, usual);
      git01 = open.add(WorkerHost.start(cluster, "git01", CALLERS, 0));
      git02 = open.add(WorkerHost.start(cluster, "git02", OTHER_CALLERS, OTHER_AFTER));
      network = new NetworkSide(cluster, List.of(git01.watch(), git02.watch()));
      made = true;
    } finally {
      if (!made) {
        close();
      }
    }
  }

  /** Deploys the routers on a cluster, which it owns from now on. */
  static StagedChange on(Cluster cluster) throws Exception {
    return new StagedChange(cluster);
  }

  /** All of it, part by part: each needs those before it to have ended, however they did. */
  Stream<DynamicTest> parts(List<Fault> faults) {
    List<DynamicTest> parts = new ArrayList<>();
    for (ChangeStep step : List.of(ChangeStep.OFF, ChangeStep.DARK, ChangeStep.ROLE_UNUSED)) {
      parts.add(DynamicTest.dynamicTest(step.name(), () -> unused(step)));
    }
    parts.add(DynamicTest.dynamicTest(ChangeStep.ONE_HOST.name(), this::used));
    for (Fault fault : faults) {
      parts.add(DynamicTest.dynamicTest("ONE_HOST, " + fault, () -> struck(fault)));
    }
    parts.add(DynamicTest.dynamicTest("ONE_HOST, back while it is frozen", this::frozen));
    parts.add(DynamicTest.dynamicTest("post-check", this::postCheck));
    return parts.stream();
  }

  /** What came of the faults so far. */
  Map<Fault, FaultRow> rows() {
    return rows;
  }

  private void unused(ChangeStep step) throws Exception {
    NetworkSide.Seen before = network.seen();
    go(step);
    bothCall();
    assertThat(network.seen()).as("on the network side: %s", step).isEqualTo(before);
    backOff(step.name());
  }

  private void used() throws Exception {
    go(ChangeStep.ONE_HOST);
    observe();
    backOff("one host");
  }

  private void frozen() throws Exception {
    go(ChangeStep.ONE_HOST);
    observe();
    cluster.network().pause();
    try {
      goBack("one host, frozen");
      quiet("one host, frozen", network.seenFromOutside(), network::seenFromOutside);
    } finally {
      cluster.network().unpause();
    }
    // Now it finds the end of the connection, and has to let it go.
    RouterWatch.until("the server's sockets", () -> network.sockets() == 0);
  }

  private void postCheck() throws Exception {
    backOff("the end");
    for (WorkerHost host : List.of(git01, git02)) {
      Traffic.Verdict verdict = host.judge();
      System.out.println("staged change: " + verdict);
      assertKept(verdict);
    }
  }

  private void struck(Fault fault) throws Exception {
    Optional<String> missing = fault.missing(cluster);
    if (missing.isPresent()) {
      rows.put(fault, FaultRow.skipped(missing.get()));
      System.out.println("fault skipped: " + fault.name() + " needs " + missing.get());
    }
    assumeTrue(missing.isEmpty(), () -> "needs " + missing.orElse(""));

    go(ChangeStep.ONE_HOST);
    observe();
    assertKept(git01.judge());
    FaultStage stage = FaultStage.of(cluster, props, git01.watch(), git01.traffic());
    List<FaultRow> seen = stage.seen();
    try {
      fault.strike().on(stage);
      long back = stage.back();
      seen.add(0, FaultRow.seen(git01.judge(), back));
    } catch (Exception | AssertionError e) {
      throw new AssertionError(fault + ": status=" + git01.watch().router().status(), e);
    }
    FaultRow row = seen.get(seen.size() - 1);
    rows.put(fault, row);
    System.out.println("fault: " + fault.name() + ": " + row);
    for (FaultRow each : seen) {
      assertKept(each.verdict().orElseThrow());
      assertThat(each.backMillis())
          .as("ms until the network side serves again")
          .isLessThan(BACK.toMillis());
    }
    backOff("one host, after: " + fault);
  }

  private void go(ChangeStep step) throws IOException {
    step.write(cluster, usual);
    Optional<String> address =
        step == ChangeStep.OFF ? Optional.empty() : Optional.of(usual.address());
    RouterWatch.until(
        step.name(),
        () ->
            git01.watch().isNetworkInUse() == (step == ChangeStep.ONE_HOST)
                && git01.watch().storage().network().equals(address));
  }

  private void bothCall() {
    git01.traffic().calls(OBSERVED);
    git02.traffic().calls(OBSERVED);
  }

  /** One host is served by the network side, over one connection, and the other is not. */
  private void observe() {
    long otherBefore = git02.watch().servedByNetwork();
    git01.traffic().networkCalls(OBSERVED);
    git02.traffic().calls(OBSERVED);
    assertThat(git02.watch().servedByNetwork())
        .as("calls of the host without the role")
        .isEqualTo(otherBefore);
    assertThat(network.sockets()).as("connections to the network side").isEqualTo(1);
  }

  /** To off from wherever it is; then the network side is looked at from three sides. */
  private void backOff(String from) throws IOException {
    goBack(from);
    // A call is counted a moment after its lease is back.
    git01.traffic().calls(100);
    quiet(from, network.seen(), network::seen);
  }

  private void goBack(String from) throws IOException {
    go(ChangeStep.OFF);
    RouterWatch.until(
        "the drain: " + from, () -> git01.watch().router().status().networkInFlight() == 0);
    RouterWatch.until("the sockets are closed: " + from, () -> network.sockets() == 0);
    assertThat(git01.watch().router().status().endpoints())
        .as("endpoints: %s", from)
        .noneMatch(endpoint -> endpoint.network());
  }

  private void quiet(String from, NetworkSide.Seen before, Supplier<NetworkSide.Seen> seen) {
    bothCall();
    assertThat(seen.get()).as("on the network side after the way back: %s", from).isEqualTo(before);
  }

  private static void assertKept(Traffic.Verdict verdict) {
    assertThat(verdict.violations().stream().limit(10)).as("broken promises").isEmpty();
  }

  @Override
  public void close() throws IOException {
    open.close();
  }
}
