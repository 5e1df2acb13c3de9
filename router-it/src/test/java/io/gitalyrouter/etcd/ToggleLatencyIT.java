package io.gitalyrouter.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.config.ConfigFollower;
import io.gitalyrouter.config.etcd.EtcdDocument;
import io.gitalyrouter.config.etcd.EtcdSource;
import io.gitalyrouter.config.source.ConfigSource;
import io.gitalyrouter.config.source.FileSource;
import io.gitalyrouter.route.RoutingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the moment before a document is written to the moment when a host has its table. A
 * measurement of the real system: there is no ticker to inject into etcd or the kernel.
 */
@Timeout(120)
final class ToggleLatencyIT {
  private static final Logger log = LoggerFactory.getLogger(ToggleLatencyIT.class);
  private static final int HOSTS = 100;
  private static final int WARM_UP = 20;
  private static final int ETCD_TOGGLES = 100;
  private static final int FILE_TOGGLES = 300;
  private static final int IN_PLACE_TOGGLES = 100;
  private static final Duration ETCD_P99 = Duration.ofMillis(150);
  private static final Duration FILE_P99 = Duration.ofMillis(50);

  /** A hundred hosts' lines on one console are no part of one host's delay. */
  private final java.util.logging.Logger lines =
      java.util.logging.Logger.getLogger("io.gitalyrouter.config");

  @TempDir private Path directory;
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

  @BeforeEach
  void quiet() {
    lines.setLevel(Level.WARNING);
  }

  @AfterEach
  void loud() {
    lines.setLevel(null);
  }

  @Test
  @ExtendWith(NeedsEtcd.class)
  void hundred_hosts_have_a_change_in_etcd_within_the_bound() throws Exception {
    List<ConfigFollower> hosts = new ArrayList<>();
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      etcd.write(Follower.document(99));
      for (int i = 0; i < HOSTS; i++) {
        hosts.add(follow(EtcdSource.of(etcd.settings())));
      }
      EtcdDocument document = etcd.document();
      long[] revision = {document.read().revision()};
      List<Duration> sorted =
          measure(
              hosts,
              ETCD_TOGGLES,
              text -> revision[0] = document.replace(revision[0], text.getBytes(UTF_8)));
      report("etcd, " + HOSTS + " hosts", sorted);

      assertThat(percentile(sorted, 99)).isLessThanOrEqualTo(ETCD_P99);
    } finally {
      hosts.forEach(ConfigFollower::close);
    }
  }

  @Test
  void host_has_a_change_of_its_file_within_the_bound() throws Exception {
    Path file = Files.writeString(directory.resolve("router.yaml"), Follower.document(99));
    try (ConfigFollower host = follow(FileSource.of(file))) {
      List<Duration> sorted = measure(List.of(host), FILE_TOGGLES, text -> rename(text, file));
      report("file, renamed", sorted);

      assertThat(percentile(sorted, 99)).isLessThanOrEqualTo(FILE_P99);
      assertThat(host.status().isCurrent()).isTrue();
    }
  }

  /** It waits until the file is still, as it may be half written. */
  @Test
  void host_has_a_change_written_in_place_within_the_bound() throws Exception {
    Path file = Files.writeString(directory.resolve("router.yaml"), Follower.document(99));
    try (ConfigFollower host = follow(FileSource.of(file))) {
      List<Duration> sorted =
          measure(List.of(host), IN_PLACE_TOGGLES, text -> Files.writeString(file, text));
      report("file, written in place", sorted);

      assertThat(percentile(sorted, 99)).isLessThanOrEqualTo(FILE_P99);
    }
  }

  private ConfigFollower follow(ConfigSource source) {
    return ConfigFollower.follow(
        source, "git01", table -> arrivals.add(new Arrival(percent(table), System.nanoTime())));
  }

  private List<Duration> measure(List<ConfigFollower> hosts, int toggles, Write write)
      throws Exception {
    for (int i = 0; i < hosts.size(); i++) {
      next(99);
    }
    List<Duration> took = new ArrayList<>();
    for (int i = 0; i < WARM_UP + toggles; i++) {
      int percent = i % 2 == 0 ? 0 : 100;
      String text = Follower.document(percent);
      long start = System.nanoTime();
      write.write(text);
      for (int host = 0; host < hosts.size(); host++) {
        long nanos = next(percent).nanos() - start;
        if (i >= WARM_UP) {
          took.add(Duration.ofNanos(nanos));
        }
      }
      awaitIdle(hosts, i + 2);
    }
    return took.stream().sorted().toList();
  }

  /**
   * What hosts do after they have the table, such as logging it, is not part of the next change.
   */
  private static void awaitIdle(List<ConfigFollower> hosts, long generation) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> hosts.stream().allMatch(h -> h.status().generation() == generation));
  }

  private Arrival next(int percent) throws InterruptedException {
    Arrival arrival = arrivals.poll(10, TimeUnit.SECONDS);
    assertThat(arrival).as("a table in time").isNotNull();
    assertThat(arrival.percent()).as("each host has each change once").isEqualTo(percent);
    return arrival;
  }

  private void rename(String text, Path file) throws IOException {
    Path temporary = Files.writeString(directory.resolve(".router.yaml.new"), text);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void report(String kind, List<Duration> sorted) {
    log.info(
        "toggle to effect, {}: p50={} ms p99={} ms max={} ms n={}",
        kind,
        percentile(sorted, 50).toNanos() / 1e6,
        percentile(sorted, 99).toNanos() / 1e6,
        sorted.get(sorted.size() - 1).toNanos() / 1e6,
        sorted.size());
  }

  private static Duration percentile(List<Duration> sorted, int percent) {
    return sorted.get((sorted.size() * percent + 99) / 100 - 1);
  }

  private static int percent(RoutingTable table) {
    return (int) table.storages().values().iterator().next().rule().percent();
  }

  /** A table that a host took. <em>Immutable.</em> */
  private record Arrival(int percent, long nanos) {}

  private interface Write {
    void write(String text) throws IOException;
  }
}
