package io.gitalyrouter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.prometheus.PrometheusServer.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * A fleet and the Prometheus that watches it, with the shipped rules and the same rules with
 * seconds for minutes and days. <em>Confined to the test that starts it.</em>
 */
final class Watched implements AutoCloseable {
  /**
   * Windows, waits and limits of a test. As in the shipped settings, {@code short} is longer than
   * {@code zeroWindow}, and {@code silentSeconds} is less than {@code staleSeconds} and above the
   * time between two readings of the document.
   */
  private static final String QUICK =
      "{ window: '5s', zeroWindow: '3s', short: '4s', medium: '3s', long: '3s', versions: '3s',"
          + " staleSeconds: 3, silentSeconds: 2, overrideSeconds: 3 }";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Fleet fleet;
  private final ServersPage servers;
  private final Path workerTargets;
  private final PrometheusServer prometheus;

  private Watched(
      Fleet fleet, ServersPage servers, Path workerTargets, PrometheusServer prometheus) {
    this.fleet = fleet;
    this.servers = servers;
    this.workerTargets = workerTargets;
    this.prometheus = prometheus;
  }

  static Watched start(Path directory) throws IOException, InterruptedException, TimeoutException {
    Fleet fleet = Fleet.start(directory);
    boolean started = false;
    try {
      Watched watched = start(directory, fleet);
      started = true;
      return watched;
    } finally {
      if (!started) {
        fleet.close();
      }
    }
  }

  private static Watched start(Path directory, Fleet fleet)
      throws IOException, InterruptedException {
    ServersPage servers = ServersPage.open(fleet::network);
    Path own = Files.createDirectory(directory.resolve("p"));
    Path workers = own.resolve("workers.json");
    Path gitaly = own.resolve("gitaly.json");
    Path node = own.resolve("node.json");
    writeTargets(workers, workerTargets(fleet));
    writeTargets(gitaly, List.of(target(servers.target(), "file01", ServersPage.GITALY)));
    writeTargets(node, List.of(target(servers.target(), "file01", ServersPage.NODE)));
    Map<String, Path> jobs = new LinkedHashMap<>();
    jobs.put("gitaly-worker", workers);
    jobs.put("gitaly", gitaly);
    jobs.put("node", node);
    List<Path> rules = new ArrayList<>(OpsFiles.rules());
    rules.addAll(OpsFiles.rules(Files.createDirectory(own.resolve("quick")), QUICK));
    return new Watched(
        fleet, servers, workers, PrometheusServer.start(own, rules, jobs, /* targets= */ 4));
  }

  private static List<String> workerTargets(Fleet fleet) {
    return fleet.hosts().stream()
        .map(
            host ->
                target(
                    fleet
                        .worker(host)
                        .metricsUrl()
                        .orElseThrow()
                        .replaceAll("http://([^/]+)/.*", "$1"),
                    host,
                    "/metrics"))
        .toList();
  }

  private static String target(String address, String host, String path) {
    return String.format(
        Locale.ROOT,
        "{\"targets\":[\"%s\"],\"labels\":{\"fqdn\":\"%s\",\"__metrics_path__\":\"%s\"}}",
        address,
        host,
        path);
  }

  private static void writeTargets(Path file, List<String> targets) throws IOException {
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(whole, targets.toString());
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }

  Fleet fleet() {
    return fleet;
  }

  PrometheusServer prometheus() {
    return prometheus;
  }

  /** Has a process without the router's meters scraped as if it were a worker. */
  void addMeterless(String host) throws IOException {
    List<String> targets = new ArrayList<>(workerTargets(fleet));
    targets.add(target(servers.target(), host, ServersPage.GITALY));
    writeTargets(workerTargets, targets);
  }

  /** Has only the workers scraped as workers. */
  void removeMeterless() throws IOException {
    writeTargets(workerTargets, workerTargets(fleet));
  }

  /** Names and hosts of the alerts that fire now. */
  Set<String> firing() {
    return alerts(prometheus.query("ALERTS{alertstate=\"firing\"}"));
  }

  /** Names and hosts of the alerts that fired at any time since then. */
  Set<String> firedSince(Instant begin) {
    long seconds = Math.max(1, Duration.between(begin, Instant.now()).toSeconds());
    return alerts(
        prometheus.query("max_over_time(ALERTS{alertstate=\"firing\"}[" + seconds + "s])"));
  }

  private static Set<String> alerts(List<Sample> samples) {
    return samples.stream()
        .map(
            sample ->
                sample.label("alertname").replace("GitalyRouter", "") + " " + sample.label("fqdn"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  void awaitFiring(String... alerts) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(firing()).contains(alerts));
  }

  void awaitQuiet() {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(firing()).isEmpty());
  }

  @Override
  public void close() {
    prometheus.close();
    servers.close();
    fleet.close();
  }
}
