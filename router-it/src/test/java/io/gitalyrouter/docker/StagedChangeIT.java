package io.gitalyrouter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.history.RouterWatch;
import io.gitalyrouter.history.Server;
import io.gitalyrouter.history.Traffic;
import io.gitalyrouter.standin.proto.ConnectionCount;
import io.gitalyrouter.standin.proto.MethodCount;
import io.gitalyrouter.standin.proto.ReadCountersResponse;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The change in its steps on two hosts with traffic all the time, one of which gets the role, and
 * the way back from every step; afterwards nothing is left on the network side, seen from the
 * clients, the sockets and the server.
 */
@DockerTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StagedChangeIT {
  private static final long OBSERVED = 500;
  private static final long OTHER_HOST_AFTER = 1_000_000_000;

  /** Made while one host has the role; all of them are made by {@link FaultsIT}. */
  private static final Set<String> FAULTS =
      Set.of("killed", "frozen", "packets dropped", "disconnected", "goodbye");

  /** Held, because a logger that nobody holds forgets its level. */
  private final Logger log = Logger.getLogger("io.gitalyrouter");

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private Optional<Scene> scene = Optional.empty();

  /** What is there as long as the class runs. */
  private record Scene(Cluster cluster, Path document, WorkerHost git01, WorkerHost git02) {}

  @BeforeAll
  void start() throws Exception {
    log.setLevel(Level.SEVERE);
    Cluster cluster = Cluster.start();
    open.push(cluster);
    cluster.addNetwork(Server.NETWORK, cluster.networkOptions());
    Path document = cluster.root().resolve("router.yaml");
    ChangeStep.OFF.write(document, cluster);
    WorkerHost git01 = WorkerHost.start(cluster, document, "git01", 0);
    open.push(git01);
    WorkerHost git02 = WorkerHost.start(cluster, document, "git02", OTHER_HOST_AFTER);
    open.push(git02);
    scene = Optional.of(new Scene(cluster, document, git01, git02));
  }

  @AfterAll
  void stop() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    log.setLevel(null);
  }

  private Scene scene() {
    return scene.orElseThrow();
  }

  @Test
  void every_step_does_what_it_says_and_leads_back() throws Exception {
    Totals before = totals();
    for (ChangeStep step : List.of(ChangeStep.OFF, ChangeStep.DARK, ChangeStep.ROLE_UNUSED)) {
      go(step);
      bothCall();
      assertThat(totals()).as("seen on the network side: %s", step).isEqualTo(before);
      backOff(step.name());
    }

    go(ChangeStep.ONE_HOST);
    observe("one host");
    backOff("one host");

    go(ChangeStep.ONE_HOST);
    for (Fault fault : Faults.all()) {
      if (FAULTS.contains(fault.name()) && fault.missing(scene().cluster()).isEmpty()) {
        strike(fault);
        observe(fault.name());
      }
    }
    backOff("one host, after the faults");

    go(ChangeStep.ONE_HOST);
    observe("one host");
    scene().cluster().network().pause();
    try {
      backOff("one host, while the server is frozen");
    } finally {
      scene().cluster().network().unpause();
    }
    RouterWatch.until("no socket is left", () -> sockets() == 0);
    assertKept(scene().git01());
    assertKept(scene().git02());
  }

  /** What reached the network side since its container was made. */
  private record Totals(long served, long sockets, long accepted, long calls) {}

  private Totals totals() {
    long served =
        scene().git01().watch().servedByNetwork() + scene().git02().watch().servedByNetwork();
    if (!scene().cluster().image().isStandIn()) {
      return new Totals(served, sockets(), 0, 0);
    }
    ReadCountersResponse counters = scene().cluster().network().control().counters();
    return new Totals(
        served,
        sockets(),
        counters.getConnectionsList().stream().mapToLong(ConnectionCount::getAccepted).sum(),
        counters.getMethodsList().stream().mapToLong(MethodCount::getStarted).sum());
  }

  /** Connections of this machine to the network server. */
  private long sockets() {
    return Command.run(
            "ss", "-Htn", "state", "established", "dst", scene().cluster().network().ip())
        .lines()
        .filter(line -> !line.isBlank())
        .count();
  }

  private void go(ChangeStep step) throws Exception {
    step.write(scene().document(), scene().cluster());
    boolean isOn = step == ChangeStep.ONE_HOST;
    RouterWatch.until(
        step.name(),
        () ->
            scene().git01().watch().isNetworkInUse() == isOn
                && scene().git01().watch().storage().network().isPresent()
                    == (step != ChangeStep.OFF));
  }

  private void bothCall() {
    scene().git01().traffic().calls(OBSERVED);
    scene().git02().traffic().calls(OBSERVED);
  }

  /** One host is served by the network side, and the other is not. */
  private void observe(String when) {
    long otherBefore = scene().git02().watch().servedByNetwork();
    scene().git01().traffic().networkCalls(OBSERVED);
    scene().git02().traffic().calls(OBSERVED);
    assertThat(scene().git02().watch().servedByNetwork())
        .as("calls of the host without the role")
        .isEqualTo(otherBefore);
    // One that a fault has left behind takes its time to be given up.
    RouterWatch.until("one connection to the network side: " + when, () -> sockets() == 1);
  }

  private void strike(Fault fault) throws Exception {
    RouterWatch git01 = scene().git01().watch();
    FaultStage stage = FaultStage.bare(scene().cluster(), git01, scene().git01().traffic());
    fault.strike().on(stage);
    stage.back();
  }

  /** To off from wherever it is; then the network side is looked at from three sides. */
  private void backOff(String from) throws Exception {
    go(ChangeStep.OFF);
    RouterWatch.until(
        "the drain: " + from,
        () -> scene().git01().watch().router().status().networkInFlight() == 0);
    RouterWatch.until("the sockets are closed: " + from, () -> sockets() == 0);
    // A call is counted a moment after its lease is back.
    scene().git01().traffic().calls(100);
    boolean asked = !from.contains("frozen");
    Totals before = asked ? totals() : new Totals(0, 0, 0, 0);
    bothCall();
    if (asked) {
      assertThat(totals())
          .as("seen on the network side after the way back: %s", from)
          .isEqualTo(before);
    }
    assertThat(scene().git01().watch().router().status().endpoints())
        .as("endpoints: %s", from)
        .noneMatch(endpoint -> endpoint.network());
  }

  private static void assertKept(WorkerHost host) throws Exception {
    Traffic.Verdict verdict = host.verdict();
    System.out.println("staged change: " + verdict);
    assertThat(verdict.violations().stream().limit(10)).as("broken promises").isEmpty();
  }
}
