package io.gitalyrouter.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.config.ConfigEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An etcd that is dead or frozen for longer than the document's limit: hosts whose role says so go
 * local within the limit, and have the newest document soon after etcd is back.
 */
@ExtendWith(NeedsEtcd.class)
@Timeout(180)
final class EtcdOutageIT {
  private static final Logger log = LoggerFactory.getLogger(EtcdOutageIT.class);
  private static final int HOSTS = 100;

  /** How long etcd is dead; {@code -Detcd.outage.seconds} for another time. */
  private static final Duration OUTAGE =
      Duration.ofSeconds(Integer.getInteger("etcd.outage.seconds", 20));

  /** The {@code stale_after} of the documents, and what the look at the age may take. */
  private static final Duration LIMIT = Duration.ofMillis(10_500);

  private static final Duration BACK = Duration.ofMillis(1500);

  @TempDir private Path directory;

  @Test
  void newest_value_is_applied_within_a_second_and_a_half_after_a_long_outage() throws Exception {
    List<Follower> hosts = new ArrayList<>();
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      etcd.write(Follower.document(10));
      for (int i = 0; i < HOSTS; i++) {
        hosts.add(Follower.of(etcd.settings()));
      }
      etcd.kill();
      long killed = System.nanoTime();
      hosts.forEach(host -> host.awaitPercent(0, LIMIT));
      await()
          .atMost(OUTAGE.plusSeconds(10))
          .until(() -> System.nanoTime() - killed > OUTAGE.toNanos());
      try (EtcdServer hidden = etcd.restartHidden()) {
        hidden.write(Follower.document(20));
      }
      etcd.restart();
      // A measurement of the real system: there is no ticker to inject into etcd.
      long serving = System.nanoTime();
      hosts.forEach(host -> host.awaitPercent(20, BACK));
      log.info(
          "outage of {} s: the last of {} hosts had the newest value {} ms after etcd served",
          OUTAGE.toSeconds(),
          HOSTS,
          Duration.ofNanos(System.nanoTime() - serving).toMillis());

      for (Follower host : hosts) {
        host.awaitEvent(ConfigEvent.Confirmed.class);
        assertThat(host.status().isStale()).isFalse();
        assertThat(host.events(ConfigEvent.Stale.class)).as("told once").hasSize(1);
        assertThat(host.events(ConfigEvent.Confirmed.class)).as("told once").hasSize(1);
      }
    } finally {
      hosts.forEach(Follower::close);
    }
  }

  @Test
  void frozen_server_is_seen_as_stale_and_undone_when_it_runs_on() throws Exception {
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      etcd.write(Follower.document(10));
      try (Follower host = Follower.of(etcd.settings())) {
        etcd.freeze();
        host.awaitPercent(0, LIMIT);
        ConfigEvent.Stale stale = host.awaitEvent(ConfigEvent.Stale.class);
        assertThat(stale.localRoles()).containsExactly("network-gitaly");
        assertThat(stale.age())
            .hasValueSatisfying(age -> assertThat(age).isBetween(Duration.ofSeconds(10), LIMIT));
        assertThat(host.status().isStale()).isTrue();
        etcd.thaw();
        host.awaitPercent(10, Duration.ofSeconds(5));
        host.awaitEvent(ConfigEvent.Confirmed.class);

        assertThat(host.status().isStale()).isFalse();
        assertThat(host.status().generation()).as("the same version as before").isEqualTo(1);
        assertThat(host.events(ConfigEvent.Confirmed.class)).as("told once").hasSize(1);
        assertThat(host.events(ConfigEvent.Stale.class)).as("told once").hasSize(1);
        assertThat(host.applied()).containsExactly(10, 0, 10);
      }
    }
  }

  @Test
  void flapping_server_loses_nothing_but_what_was_overwritten_and_never_the_last_value()
      throws Exception {
    List<Integer> written = new ArrayList<>(List.of(10));
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      etcd.write(Follower.document(10));
      try (Follower host = Follower.of(etcd.settings())) {
        for (int percent = 11; percent <= 20; percent++) {
          etcd.write(Follower.document(percent));
          written.add(percent);
          etcd.kill();
          etcd.restart();
          etcd.freeze();
          etcd.thaw();
        }
        host.awaitPercent(20, Duration.ofSeconds(5));

        assertThat(written).as("in order, each at most once").containsSubsequence(host.applied());
        assertThat(host.status().isStale()).isFalse();
        assertThat(host.events(ConfigEvent.Stale.class)).as("no call went elsewhere").isEmpty();
      }
    }
  }
}
