package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.config.source.NoDocumentException;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RoutingTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a silent source does to a host whose role says local, and to one whose role says keep. */
final class StalenessTest {
  private static final Duration LIMIT = Duration.ofSeconds(45);
  private static final Duration BEYOND = LIMIT.plusNanos(1);

  @TempDir private Path directory;
  private final FakeTicker ticker = new FakeTicker();
  private final List<ConfigEvent> events = new CopyOnWriteArrayList<>();
  private final List<String> applied = new CopyOnWriteArrayList<>();
  private final FollowOptions options =
      FollowOptions.defaults().withListener(events::add).withTicker(ticker);

  @Test
  void role_goes_local_beyond_the_limit_and_not_before() {
    ScriptedSource source = ScriptedSource.of(document("local", 10));
    try (ConfigFollower follower = follow(source, options)) {
      ticker.advance(LIMIT);
      source.fail();
      assertThat(follower.status().isStale()).as("at the limit").isFalse();
      assertThat(follower.status().age()).contains(LIMIT);
      ticker.advance(Duration.ofNanos(1));
      source.fail();
      source.fail();

      assertThat(applied).containsExactly("network-gitaly 10.0", "network-gitaly 0.0");
      assertThat(follower.status().isStale()).isTrue();
      assertThat(follower.status().age()).contains(BEYOND);
      assertThat(events)
          .as("told once")
          .filteredOn(ConfigEvent.Stale.class::isInstance)
          .containsExactly(
              new ConfigEvent.Stale(Optional.of(BEYOND), LIMIT, List.of("network-gitaly")));
    }
  }

  @Test
  void same_document_heard_again_undoes_it_and_is_told_once() {
    ScriptedSource source = ScriptedSource.of(document("local", 10));
    try (ConfigFollower follower = follow(source, options)) {
      ticker.advance(BEYOND);
      source.fail();
      source.deliver(document("local", 10));
      source.deliver(document("local", 10));

      assertThat(applied)
          .containsExactly("network-gitaly 10.0", "network-gitaly 0.0", "network-gitaly 10.0");
      assertThat(follower.status().isStale()).isFalse();
      assertThat(follower.status().age()).contains(Duration.ZERO);
      assertThat(follower.status().generation()).as("no other version").isEqualTo(1);
      assertThat(events)
          .filteredOn(ConfigEvent.Confirmed.class::isInstance)
          .containsExactly(new ConfigEvent.Confirmed("router.yaml", List.of("network-gitaly")));
    }
  }

  @Test
  void newer_document_takes_effect_at_once_after_silence() {
    ScriptedSource source = ScriptedSource.of(document("local", 10));
    try (ConfigFollower follower = follow(source, options)) {
      ticker.advance(BEYOND);
      source.fail();
      source.deliver(document("local", 20));

      assertThat(applied)
          .containsExactly("network-gitaly 10.0", "network-gitaly 0.0", "network-gitaly 20.0");
      assertThat(follower.status().isStale()).isFalse();
      assertThat(follower.status().isCurrent()).isTrue();
    }
  }

  @Test
  void role_that_keeps_goes_on_but_the_silence_is_told() {
    ScriptedSource source = ScriptedSource.of(document("keep", 10));
    try (ConfigFollower follower = follow(source, options)) {
      ticker.advance(BEYOND);
      source.fail();

      assertThat(applied).containsExactly("network-gitaly 10.0");
      assertThat(follower.status().isStale()).isTrue();
      assertThat(events)
          .filteredOn(ConfigEvent.Stale.class::isInstance)
          .containsExactly(new ConfigEvent.Stale(Optional.of(BEYOND), LIMIT, List.of()));
    }
  }

  @Test
  void source_that_says_nothing_at_all_is_seen_without_its_help() {
    ScriptedSource source = ScriptedSource.of(document("local", 10));
    try (ConfigFollower follower = follow(source, options)) {
      ticker.advance(BEYOND);

      await().atMost(Duration.ofSeconds(10)).until(() -> follower.status().isStale());
      assertThat(applied).containsExactly("network-gitaly 10.0", "network-gitaly 0.0");
    }
  }

  @Test
  void bad_version_and_absent_document_are_answers_and_not_silence() {
    ScriptedSource source = ScriptedSource.of(document("local", 10));
    try (ConfigFollower follower = follow(source, options)) {
      ticker.advance(BEYOND);
      source.deliver("version: 1\n");
      assertThat(follower.status().age()).contains(Duration.ZERO);
      ticker.advance(BEYOND);
      source.fail(new NoDocumentException("etcd:/key@7", "the key was deleted"));

      assertThat(applied).as("last good stays").containsExactly("network-gitaly 10.0");
      assertThat(follower.status().isStale()).isFalse();
      assertThat(follower.status().problems())
          .extracting(ConfigProblem::toString)
          .containsExactly("etcd:/key@7: the key was deleted");
    }
  }

  @Test
  void bad_version_after_silence_brings_the_last_good_one_back() {
    ScriptedSource source = ScriptedSource.of(document("local", 10));
    try (ConfigFollower follower = follow(source, options)) {
      ticker.advance(BEYOND);
      source.fail();
      source.deliver("version: 1\n");

      assertThat(applied)
          .containsExactly("network-gitaly 10.0", "network-gitaly 0.0", "network-gitaly 10.0");
      assertThat(follower.status().isCurrent()).isFalse();
    }
  }

  @Test
  void start_from_the_copy_of_a_silent_source_is_stale_until_the_source_is_heard()
      throws Exception {
    Path copy = Files.writeString(directory.resolve("last-good.yaml"), document("local", 10));
    ScriptedSource source = ScriptedSource.of(null);
    try (ConfigFollower follower = follow(source, options.withLastGood(copy))) {
      assertThat(applied).as("never on the network before").containsExactly("network-gitaly 0.0");
      assertThat(follower.status().isStale()).isTrue();
      assertThat(follower.status().age()).isEmpty();
      source.deliver(document("local", 20));

      assertThat(applied).containsExactly("network-gitaly 0.0", "network-gitaly 20.0");
      assertThat(follower.status().isStale()).isFalse();
    }
  }

  @Test
  void kill_switch_stays_in_force_while_stale() {
    ScriptedSource source = ScriptedSource.of(document("local", 10) + "kill_switch: drill\n");
    List<RoutingTable> tables = new CopyOnWriteArrayList<>();
    try (ConfigFollower follower = ConfigFollower.follow(source, "git01", options, tables::add)) {
      ticker.advance(BEYOND);
      source.fail();

      assertThat(follower.status().isStale()).isTrue();
      assertThat(tables).extracting(RoutingTable::killSwitch).containsOnly(Optional.of("drill"));
    }
  }

  @Test
  void target_that_refuses_to_go_local_is_asked_again() {
    ScriptedSource source = ScriptedSource.of(document("local", 10));
    int[] refusals = {1};
    try (ConfigFollower follower =
        ConfigFollower.follow(
            source,
            "git01",
            options,
            table -> {
              if (!rule(table).isOn() && refusals[0]-- > 0) {
                throw new IllegalStateException("no");
              }
              applied.add(describe(table));
            })) {
      ticker.advance(BEYOND);

      await().atMost(Duration.ofSeconds(10)).until(() -> follower.status().isStale());
      assertThat(applied).containsExactly("network-gitaly 10.0", "network-gitaly 0.0");
    }
  }

  private ConfigFollower follow(ScriptedSource source, FollowOptions with) {
    return ConfigFollower.follow(source, "git01", with, table -> applied.add(describe(table)));
  }

  private static RouteRule rule(RoutingTable table) {
    return table.storages().values().iterator().next().rule();
  }

  private static String describe(RoutingTable table) {
    return rule(table).role().orElse("-") + " " + rule(table).percent();
  }

  private static String document(String whenStale, int percent) {
    return "stale_after: 45s\n"
        + Samples.document(percent)
            .replace("percent: ", "when_stale: " + whenStale + ", percent: ");
  }
}
