package io.gitalyrouter.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.config.ConfigEvent;
import io.gitalyrouter.config.ConfigFollower;
import io.gitalyrouter.config.ConfigStatus;
import io.gitalyrouter.config.FollowOptions;
import io.gitalyrouter.config.etcd.EtcdSettings;
import io.gitalyrouter.config.etcd.EtcdSource;
import io.gitalyrouter.route.RoutingTable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** A host that follows the document in etcd, and what it was told. <em>Thread-safe.</em> */
final class Follower implements AutoCloseable {
  private final List<Integer> applied = new CopyOnWriteArrayList<>();
  private final List<ConfigEvent> events = new CopyOnWriteArrayList<>();
  private final ConfigFollower follower;

  private Follower(EtcdSettings settings, FollowOptions options) {
    this.follower =
        ConfigFollower.follow(
            EtcdSource.of(settings),
            "git01",
            options.withListener(events::add),
            table -> applied.add(percent(table)));
  }

  static Follower of(EtcdSettings settings) {
    return of(settings, FollowOptions.defaults());
  }

  static Follower of(EtcdSettings settings, FollowOptions options) {
    return new Follower(settings, options);
  }

  /** The percentages of all tables so far. */
  List<Integer> applied() {
    return applied;
  }

  ConfigStatus status() {
    return follower.status();
  }

  /** Waits until an event of this kind is told, which comes after its effect. */
  <E extends ConfigEvent> E awaitEvent(Class<E> kind) {
    await().atMost(Duration.ofSeconds(5)).until(() -> !events(kind).isEmpty());
    return events(kind).get(0);
  }

  <E extends ConfigEvent> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Waits until the newest table has this percentage. */
  void awaitPercent(int percent, Duration atMost) {
    await()
        .atMost(atMost)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(() -> assertThat(applied).last().isEqualTo(percent));
  }

  @Override
  public void close() {
    follower.close();
  }

  private static int percent(RoutingTable table) {
    return (int) table.storages().values().iterator().next().rule().percent();
  }

  /** A document that sends a share of git01's calls to the network, and goes local when stale. */
  static String document(int percent) {
    return String.format(
        Locale.ROOT,
        """
        version: 1
        stale_after: 10s
        storages:
          one:
            local: { address: "unix:/run/gitaly.socket" }
            network: { address: "tcp://file01.example.com:9999" }
        roles:
          network-gitaly: { route: network, storages: [one], percent: %d, when_stale: local }
        hosts:
          git01: { roles: [network-gitaly] }
        """,
        percent);
  }
}
