package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.route.RoutingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigFollowerTest {
  private static final String BROKEN = "version: 1\n";

  @TempDir private Path directory;
  private final List<Double> applied = new ArrayList<>();
  private final List<ConfigEvent> events = new ArrayList<>();
  private final FollowOptions options = FollowOptions.defaults().withListener(events::add);

  @Test
  void each_version_is_applied_in_order() {
    ScriptedSource source = ScriptedSource.of(Samples.document(0));
    try (ConfigFollower follower = follow(source)) {
      source.deliver(Samples.document(10));
      source.deliver(Samples.document(100));

      assertThat(applied).containsExactly(0.0, 10.0, 100.0);
      assertThat(follower.status().generation()).isEqualTo(3);
      assertThat(follower.status().isCurrent()).isTrue();
    }
    assertThat(source.isWatched()).as("close ends the watch").isFalse();
  }

  @Test
  void identical_document_is_not_applied_again() {
    ScriptedSource source = ScriptedSource.of(Samples.document(10));
    try (ConfigFollower follower = follow(source)) {
      source.deliver(Samples.document(10));

      assertThat(applied).containsExactly(10.0);
      assertThat(events).hasSize(1);
      assertThat(follower.status().generation()).isEqualTo(1);
    }
  }

  @Test
  void document_that_means_the_same_for_this_host_does_not_touch_the_router() {
    ScriptedSource source = ScriptedSource.of(Samples.document(10));
    try (ConfigFollower follower = follow(source)) {
      String before = follower.status().hash();
      source.deliver("# a comment\n" + Samples.document(10));

      assertThat(applied).containsExactly(10.0);
      assertThat(follower.status().hash()).isNotEqualTo(before);
      assertThat(follower.status().generation()).isEqualTo(2);
    }
  }

  @Test
  void bad_version_keeps_the_good_one_and_is_told_once() {
    ScriptedSource source = ScriptedSource.of(Samples.document(10));
    try (ConfigFollower follower = follow(source)) {
      String good = follower.status().hash();
      source.deliver(BROKEN);
      source.deliver(BROKEN);

      assertThat(applied).containsExactly(10.0);
      assertThat(events).hasSize(2).last().isInstanceOf(ConfigEvent.Refused.class);
      assertThat(follower.status().hash()).isEqualTo(good);
      assertThat(follower.status().problems())
          .extracting(ConfigProblem::toString)
          .containsExactly(
              "router.yaml:1:1 storages: missing (expected: storages by name, at least one)",
              "router.yaml:1:1 hosts: missing (expected: hosts by name or pattern; {} for none)");
    }
  }

  @Test
  void source_that_comes_back_unchanged_after_a_failure_recovers() {
    ScriptedSource source = ScriptedSource.of(Samples.document(10));
    try (ConfigFollower follower = follow(source)) {
      source.fail();
      assertThat(follower.status().problems())
          .extracting(ConfigProblem::toString)
          .containsExactly("router.yaml: does not exist");
      source.deliver(Samples.document(10));

      assertThat(follower.status().isCurrent()).isTrue();
      assertThat(applied).containsExactly(10.0);
      assertThat(events).last().isInstanceOf(ConfigEvent.Recovered.class);
    }
  }

  @Test
  void version_that_the_router_refuses_is_refused_and_tried_again() {
    ScriptedSource source = ScriptedSource.of(Samples.document(10));
    List<Double> attempts = new ArrayList<>();
    try (ConfigFollower follower =
        ConfigFollower.follow(
            source,
            "git01",
            options,
            table -> {
              attempts.add(percent(table));
              if (attempts.size() == 2) {
                throw new IllegalStateException("no");
              }
            })) {
      source.deliver(Samples.document(20));
      assertThat(follower.status().isCurrent()).isFalse();
      source.deliver(Samples.document(20));

      assertThat(attempts).containsExactly(10.0, 20.0, 20.0);
      assertThat(follower.status().isCurrent()).isTrue();
    }
  }

  @Test
  void listener_that_throws_harms_nobody() {
    ScriptedSource source = ScriptedSource.of(Samples.document(10));
    FollowOptions throwing =
        FollowOptions.defaults()
            .withListener(
                event -> {
                  throw new IllegalStateException("listener");
                });
    try (ConfigFollower follower =
        ConfigFollower.follow(source, "git01", throwing, t -> applied.add(percent(t)))) {
      source.deliver(Samples.document(20));

      assertThat(applied).containsExactly(10.0, 20.0);
      assertThat(follower.status().isCurrent()).isTrue();
    }
  }

  @Test
  void bad_first_version_without_a_copy_throws_and_watches_nothing() {
    ScriptedSource source = ScriptedSource.of(BROKEN);

    assertThatThrownBy(() -> follow(source))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("router.yaml:1:1 storages: missing");
    assertThat(applied).isEmpty();
    assertThat(source.isWatched()).isFalse();
  }

  @Test
  void last_good_copy_is_kept_closed_to_others_and_used_at_the_next_start() throws IOException {
    Path copy = directory.resolve("last-good.yaml");
    FollowOptions keeping = options.withLastGood(copy);
    ScriptedSource source = ScriptedSource.of(Samples.document(10));
    try (ConfigFollower first = follow(source, keeping)) {
      source.deliver(Samples.document(20));
      source.deliver(BROKEN);
      assertThat(first.status().isCurrent()).isFalse();
    }
    assertThat(copy).hasContent(Samples.document(20));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
        .isEqualTo("rw-------");

    try (ConfigFollower second = follow(source, keeping)) {
      assertThat(applied).containsExactly(10.0, 20.0, 20.0);
      assertThat(second.status().origin()).isEqualTo(copy.toString());
      assertThat(second.status().problems()).as("why it is the copy").hasSize(2);
      source.deliver(Samples.document(30));
      assertThat(second.status().origin()).isEqualTo("router.yaml");
      assertThat(second.status().isCurrent()).isTrue();
    }
    assertThat(copy).hasContent(Samples.document(30));
  }

  @Test
  void start_without_a_valid_version_anywhere_names_both() {
    Path copy = directory.resolve("last-good.yaml");

    assertThatThrownBy(() -> follow(ScriptedSource.of(null), options.withLastGood(copy)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            "2 problems:\n  router.yaml: does not exist\n  "
                + copy
                + ": does not exist; create it, or correct the path");
  }

  @Test
  void copy_that_cannot_be_written_does_not_stop_the_router() {
    Path copy = directory.resolve("no-such-directory").resolve("last-good.yaml");
    try (ConfigFollower follower =
        follow(ScriptedSource.of(Samples.document(10)), options.withLastGood(copy))) {
      assertThat(follower.status().isCurrent()).isTrue();
      assertThat(copy).doesNotExist();
    }
  }

  private ConfigFollower follow(ScriptedSource source) {
    return follow(source, options);
  }

  private ConfigFollower follow(ScriptedSource source, FollowOptions with) {
    return ConfigFollower.follow(source, "git01", with, table -> applied.add(percent(table)));
  }

  private static double percent(RoutingTable table) {
    return table.storages().values().iterator().next().rule().percent();
  }
}
