package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.config.source.FileSource;
import io.gitalyrouter.route.RoutingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From the write of a real file to the table, in fast succession and in pieces. */
@Timeout(60)
final class FollowedFileTest {
  private static final int WRITES = 200;

  /** Makes the document long enough for a reader to meet a writer in its middle. */
  private static final String PADDING = "# padding\n".repeat(20_000);

  @TempDir private Path directory;
  private Path file;
  private final List<Integer> applied = new CopyOnWriteArrayList<>();
  private final List<ConfigEvent> refused = new CopyOnWriteArrayList<>();
  private final FollowOptions options =
      FollowOptions.defaults()
          .withListener(
              event -> {
                if (event instanceof ConfigEvent.Refused) {
                  refused.add(event);
                }
              });

  @BeforeEach
  void writeFirst() throws IOException {
    file = directory.resolve("router.yaml");
    Files.writeString(file, document(0));
  }

  @Test
  void last_of_many_fast_renames_is_applied_and_no_part_is_ever_read() throws IOException {
    try (ConfigFollower follower = follow()) {
      for (int i = 1; i <= WRITES; i++) {
        rename(document(percent(i)));
      }
      awaitApplied(percent(WRITES), follower);

      assertThat(refused).isEmpty();
    }
  }

  @Test
  void last_of_many_fast_rewrites_is_applied_and_no_part_is_ever_applied() throws IOException {
    try (ConfigFollower follower = follow()) {
      for (int i = 1; i <= WRITES; i++) {
        Files.writeString(file, document(percent(i)));
      }
      awaitApplied(percent(WRITES), follower);

      assertThat(applied).as("-1 is a table that no document stands for").doesNotContain(-1);
    }
  }

  @Test
  void writer_that_pauses_in_the_middle_never_gets_its_part_applied() throws IOException {
    try (ConfigFollower follower = follow()) {
      // Cut inside the host list: valid YAML, but not a valid document.
      String whole = document(70);
      String part = whole.substring(0, whole.indexOf("git01") + 6) + "\n";
      Files.writeString(file, part);
      await().atMost(Duration.ofSeconds(10)).until(() -> refused.size() == 1);
      Files.writeString(file, whole);
      awaitApplied(70, follower);

      assertThat(applied).containsExactly(0, 70);
    }
  }

  private ConfigFollower follow() {
    return ConfigFollower.follow(
        FileSource.of(file), "git01", options, table -> applied.add(percent(table)));
  }

  private void awaitApplied(int percent, ConfigFollower follower) {
    await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(() -> assertThat(applied).last().isEqualTo(percent));
    await().atMost(Duration.ofSeconds(2)).until(() -> follower.status().isCurrent());
  }

  private void rename(String text) throws IOException {
    Path temporary = Files.writeString(directory.resolve(".router.yaml.new"), text);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String document(int percent) {
    return Samples.document(percent).replace("roles:\n  network", PADDING + "roles:\n  network");
  }

  /** 1 to 99, never twice the same in a row. */
  private static int percent(int write) {
    return write % 99 + 1;
  }

  private static int percent(RoutingTable table) {
    return table.storages().values().stream()
        .filter(routes -> routes.rule().role().isPresent())
        .mapToInt(routes -> (int) routes.rule().percent())
        .findFirst()
        .orElse(-1);
  }
}
