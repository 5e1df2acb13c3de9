package io.gitalyrouter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gitalyrouter.history.Books;
import io.gitalyrouter.history.RouterWatch;
import io.gitalyrouter.history.Server;
import io.gitalyrouter.history.Traffic;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real faults under traffic, with the settings that users have: no read is lost, no mutation runs
 * twice, and the network side is back in use by itself. {@code -Dfaults.update=true} writes the
 * table of what was seen, {@code -Dfaults.only=...} makes one fault.
 */
@DockerTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FaultsIT {
  private static final int CALLERS = 12;
  private static final Duration BACK = Duration.ofSeconds(10);

  /** Held, because a logger that nobody holds forgets its level. */
  private final Logger log = Logger.getLogger("io.gitalyrouter");

  private final Map<Fault, FaultRow> rows = new LinkedHashMap<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private Optional<Scene> scene = Optional.empty();
  private Books books = Books.of(Map.of());
  private long lastId;

  /** What is there as long as the class runs. */
  private record Scene(Cluster cluster, FaultStage.Props props, RouterWatch router) {}

  @BeforeAll
  void start() throws Exception {
    log.setLevel(Level.SEVERE);
    Cluster cluster = Cluster.start();
    open.push(cluster);
    Certificates certificates = Certificates.of(cluster);
    ServerOptions options = cluster.networkOptions();
    cluster.addNetwork(Server.NETWORK, options.withCertificate(certificates.good()));
    cluster.addNetwork(Server.TWIN, options.withMinKeepAlive(QuietRouter.STRICT_SECONDS));
    QuietRouter quiet = QuietRouter.start(cluster);
    open.push(quiet);
    RouterWatch router =
        RouterWatch.over(builder -> builder.build(cluster.table(cluster.tcp(Server.NETWORK), 0)));
    open.push(router);
    books = cluster.books();
    scene = Optional.of(new Scene(cluster, new FaultStage.Props(certificates, quiet), router));
  }

  @AfterAll
  void stop() throws Exception {
    log.setLevel(null);
    while (!open.isEmpty()) {
      open.pop().close();
    }
    FaultTable.tell(rows);
  }

  static List<Fault> faults() {
    String only = System.getProperty("faults.only", "");
    return Faults.all().stream()
        .filter(fault -> only.isEmpty() || fault.name().equals(only))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void fault_loses_no_read_doubles_no_write_and_the_network_side_is_back(Fault fault)
      throws Exception {
    Cluster cluster = scene.orElseThrow().cluster();
    RouterWatch router = scene.orElseThrow().router();
    Optional<String> missing = fault.missing(cluster);
    missing.ifPresent(
        what -> {
          rows.put(fault, FaultRow.skipped(what));
          System.out.println("fault skipped: " + fault.name() + " needs " + what);
        });
    assumeTrue(missing.isEmpty(), () -> "needs " + missing.orElse(""));

    List<FaultRow> seen = new ArrayList<>();
    try (Traffic traffic = Traffic.start(router, cluster.sample(), CALLERS, lastId)) {
      long back;
      FaultStage stage =
          new FaultStage(
              cluster, scene.map(Scene::props), router, traffic, router.told().size(), seen);
      try {
        stage.route(stage.usual());
        fault.strike().on(stage);
        back = stage.back();
      } catch (Exception | AssertionError e) {
        throw new AssertionError(fault + ": status=" + router.router().status(), e);
      } finally {
        lastId = traffic.lastId() + CALLERS;
      }
      seen.add(0, FaultRow.seen(traffic.stop(books), back));
      lastId = traffic.lastId();
    }
    FaultRow row = seen.get(seen.size() - 1);
    rows.put(fault, row);
    System.out.println("fault: " + fault.name() + ": " + row);
    for (FaultRow each : seen) {
      assertKept(fault, each);
    }
  }

  private static void assertKept(Fault fault, FaultRow row) {
    Traffic.Verdict verdict = row.verdict().orElseThrow();
    List<String> broken =
        fault.gap().isEmpty() ? verdict.violations() : verdict.violationsBesideLostReads();
    assertThat(broken.stream().limit(10)).as("broken promises").isEmpty();
    assertThat(row.backMillis())
        .as("ms until the network side serves again")
        .isLessThan(BACK.toMillis());
  }
}
