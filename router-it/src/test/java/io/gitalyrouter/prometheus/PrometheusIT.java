package io.gitalyrouter.prometheus;

import static io.gitalyrouter.prometheus.Fleet.WITHOUT_ROLE;
import static io.gitalyrouter.prometheus.Fleet.WITH_ROLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.config.admin.AdminClient;
import io.gitalyrouter.prometheus.OpsFiles.Query;
import io.gitalyrouter.prometheus.PrometheusServer.Sample;
import io.gitalyrouter.standin.SampleRepository;
import io.gitalyrouter.standin.StandInControl;
import io.gitalyrouter.standin.proto.Answer;
import io.gitalyrouter.standin.proto.Fault;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped dashboards and rules in a real Prometheus that scrapes two workers. Each alert fires
 * in the situation it is for, on the hosts that are in it, without any other, and ends with it.
 * Waits and limits are seconds here; what they are in the field is a matter of {@code
 * alerts_test.yaml}. Every test leaves the fleet as it found it.
 */
@ExtendWith(NeedsPrometheus.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class PrometheusIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Long enough for every window and wait of the quick rules. */
  private static final Duration CALM = Duration.ofSeconds(6);

  private static final List<String> SERVICES =
      List.of(
          "gitaly.BlobService/*",
          "gitaly.CommitService/*",
          "gitaly.RefService/*",
          "gitaly.RepositoryService/*");
  private static final Set<String> OF_OTHERS =
      Set.of(
          "grpc_server_started_total",
          "node_cpu_seconds_total",
          "node_memory_MemAvailable_bytes",
          "node_memory_MemTotal_bytes",
          "process_cpu_seconds_total",
          "up");

  private Watched watched;
  private Fleet fleet;
  private PrometheusServer prometheus;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    watched = Watched.start(directory);
    fleet = watched.fleet();
    prometheus = watched.prometheus();
  }

  @AfterAll
  void stop() {
    if (watched != null) {
      watched.close();
    }
  }

  @Test
  void all_is_well_so_every_panel_has_data_and_no_alert_fires() throws IOException {
    watched.awaitQuiet();
    Instant begin = Instant.now();
    await().during(CALM).atMost(PATIENCE).until(() -> watched.firing().isEmpty());
    assertThat(watched.firedSince(begin)).isEmpty();

    List<Query> queries = OpsFiles.panelQueries();
    assertThat(queries).extracting(Query::board).contains("gitaly-router-overview.json");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(queries).filteredOn(query -> !hasNumber(query)).as("no data").isEmpty());
  }

  private boolean hasNumber(Query query) {
    return prometheus.query(query.forAll()).stream()
        .anyMatch(sample -> Double.isFinite(sample.value()));
  }

  @Test
  void every_metric_that_is_asked_for_is_exported() throws Exception {
    Set<String> asked = new TreeSet<>(OpsFiles.variableMetrics());
    OpsFiles.panelQueries().forEach(query -> asked.addAll(OpsFiles.metrics(query.forAll())));
    OpsFiles.annotationQueries().forEach(query -> asked.addAll(OpsFiles.metrics(query.forAll())));
    prometheus
        .rules()
        .values()
        .forEach(
            expressions ->
                expressions.forEach(expression -> asked.addAll(OpsFiles.metrics(expression))));
    asked.removeAll(prometheus.rules().keySet());
    assertThat(asked).as("what is not the router's").containsAll(OF_OTHERS);
    asked.removeAll(OF_OTHERS);
    assertThat(asked).contains("gitaly_route_started_total", "grpc_client_handled_total");

    assertThat(names(fleet.page(WITH_ROLE)))
        .containsAll(asked)
        .contains(
            "grpc_client_started_total",
            "grpc_client_handled_total",
            "grpc_client_handling_seconds_bucket",
            "grpc_client_handling_seconds_count",
            "grpc_client_handling_seconds_sum",
            "grpc_client_msg_sent_total",
            "grpc_client_msg_received_total");
    // Versions are asked for with a role.
    asked.remove("gitaly_route_server_info");
    assertThat(names(fleet.page(WITHOUT_ROLE))).containsAll(asked);
    asked.removeIf(name -> name.startsWith("grpc_client_"));
    for (String host : fleet.hosts()) {
      assertThat(names(fleet.firstPage(host))).as("before the first call").containsAll(asked);
    }
  }

  private static Set<String> names(String page) {
    return page.lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceAll("[ {].*", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void toggle_of_a_host_is_a_mark_in_the_graphs() throws IOException {
    Query marks = OpsFiles.annotationQueries().get(0);
    Instant on = Instant.now();
    fleet.role(List.of(WITH_ROLE, WITHOUT_ROLE));
    try {
      awaitMark(marks, on);
    } finally {
      Instant off = Instant.now();
      fleet.role(List.of(WITH_ROLE));
      awaitMark(marks, off);
    }
  }

  private void awaitMark(Query marks, Instant begin) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(marks(marks, begin))
                    .as("the other host's table is the same")
                    .singleElement()
                    .extracting(sample -> sample.label("fqdn"))
                    .isEqualTo(WITHOUT_ROLE));
  }

  private List<Sample> marks(Query query, Instant begin) {
    return prometheus.query(query.forAll()).stream()
        .filter(sample -> sample.label("kind").equals("table"))
        .filter(sample -> sample.value() >= begin.toEpochMilli())
        .toList();
  }

  @Test
  void stream_that_outlives_its_role() throws Exception {
    watched.awaitQuiet();
    Instant begin = Instant.now();
    HeldFetch fetch = HeldFetch.begin(fleet.worker(WITH_ROLE).gitUrl(SampleRepository.PATH));
    try {
      fleet.role(List.of());
      watched.awaitFiring("NetworkTrafficWhileRoleOff git01");
    } finally {
      fetch.close();
    }
    watched.awaitQuiet();
    assertThat(watched.firedSince(begin)).containsExactly("NetworkTrafficWhileRoleOff git01");
    fleet.role(List.of(WITH_ROLE));
    fleet.awaitRole();
  }

  @Test
  void worker_that_tells_nothing_and_no_zero_is_shown_for_it() throws Exception {
    List<Query> checks =
        OpsFiles.panelQueries().stream()
            .filter(query -> query.board().equals("gitaly-router-post-check.json"))
            .filter(query -> query.kind().equals("stat"))
            .filter(query -> query.expression().contains("gitaly_route_"))
            .filter(query -> !query.panel().equals("Workers that tell nothing"))
            .toList();
    assertThat(checks).hasSize(4);
    fires(
        Set.of("MetricsMissing git02", "MetricsMissing git03"),
        () -> {
          fleet.freeze(WITHOUT_ROLE);
          await()
              .atMost(PATIENCE)
              .untilAsserted(() -> assertThat(checks).noneMatch(this::hasNumber));
          watched.addMeterless("git03");
        },
        () -> {
          fleet.thaw(WITHOUT_ROLE);
          watched.removeMeterless();
        });
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(checks).allMatch(this::hasNumber));
  }

  @Test
  void network_side_gets_sick_and_then_the_local_one_too() throws Exception {
    watched.awaitQuiet();
    Instant begin = Instant.now();
    StandInControl network = fleet.network().control();
    StandInControl local = fleet.local().control();
    try {
      long unused = network.addFault(oneInTen("gitaly.CommitService/*"));
      watched.awaitFiring("FallbackRatio git01");
      assertThat(watched.firedSince(begin)).containsExactly("FallbackRatio git01");

      SERVICES.forEach(service -> network.answer(service, Status.UNAVAILABLE));
      watched.awaitFiring("BreakerOpen git01");
      assertThat(watched.firedSince(begin))
          .containsExactly("BreakerOpen git01", "FallbackRatio git01");

      SERVICES.forEach(service -> local.answer(service, Status.UNAVAILABLE));
      watched.awaitFiring("BothSidesFail git01");
    } finally {
      local.clearFaults();
      network.clearFaults();
    }
    watched.awaitQuiet();
    assertThat(watched.firedSince(begin))
        .as("git02 has no network side to lose")
        .containsExactly("BothSidesFail git01", "BreakerOpen git01", "FallbackRatio git01");
  }

  private static Fault oneInTen(String method) {
    return Fault.newBuilder()
        .setMethod(method)
        .setFraction(0.1)
        .setAnswer(Answer.getDefaultInstance())
        .build();
  }

  @Test
  void two_versions() throws Exception {
    fires(
        Set.of("VersionsDiffer git01"),
        () -> fleet.install("18.8.3"),
        () -> fleet.installSameVersion());
  }

  @Test
  void document_that_is_gone() throws Exception {
    fires(
        Set.of("ConfigStale git01", "ConfigStale git02"),
        () -> fleet.removeDocument(),
        () -> fleet.role(List.of(WITH_ROLE)));
  }

  @Test
  void document_that_is_refused() throws Exception {
    fires(
        Set.of("ConfigRefused git01", "ConfigRefused git02"),
        () -> fleet.write("version: 1\nstorages: {}\n"),
        () -> fleet.role(List.of(WITH_ROLE)));
  }

  @Test
  void kill_switch_that_stays_on() throws Exception {
    AdminClient.By by = new AdminClient.By("alice@ops01", "rehearsal");
    try (AdminClient admin = fleet.admin()) {
      fires(
          Set.of("OverrideOld git01", "OverrideOld git02"),
          () -> assertThat(admin.forceLocal(by)).allMatch(answer -> answer.value().isPresent()),
          () -> assertThat(admin.resume(by)).allMatch(answer -> answer.value().isPresent()));
    }
  }

  /** One step of a situation. */
  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  private void fires(Set<String> alerts, Step begins, Step ends) throws Exception {
    watched.awaitQuiet();
    Instant begin = Instant.now();
    try {
      begins.run();
      watched.awaitFiring(alerts.toArray(String[]::new));
    } finally {
      ends.run();
    }
    watched.awaitQuiet();
    assertThat(watched.firedSince(begin)).isEqualTo(alerts);
  }
}
