package io.gitalyrouter.config.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The watched file on a real file system, changed in the ways that people and tools change it. */
@Timeout(60)
@SuppressWarnings("try") // A watch is there to run while its block does.
final class FileSourceTest {
  /** With the reading of each second alone, this many changes take this many seconds. */
  private static final int CHANGES = 20;

  private static final Duration BY_EVENTS = Duration.ofSeconds(CHANGES / 2);

  @TempDir private Path directory;
  private final Deliveries deliveries = new Deliveries();

  @Test
  void rename_over_the_file_is_seen_by_its_event() throws IOException {
    Path file = directory.resolve("router.yaml");
    rename(file, "first");
    changesAreSeenByEvents(file, text -> rename(file, text));
  }

  @Test
  void rewrite_in_place_is_seen_by_its_event() throws IOException {
    Path file = directory.resolve("router.yaml");
    Files.writeString(file, "first");
    changesAreSeenByEvents(file, text -> Files.writeString(file, text));
  }

  @Test
  void link_swap_as_kubernetes_does_it_is_seen_by_its_event() throws IOException {
    Path file = directory.resolve("router.yaml");
    swapData("first");
    Files.createSymbolicLink(file, Path.of("..data", "router.yaml"));
    changesAreSeenByEvents(file, this::swapData);
  }

  @Test
  void absolute_link_to_a_file_elsewhere_is_followed() throws IOException {
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere")).resolve("real.yaml");
    rename(elsewhere, "first");
    Path file = directory.resolve("router.yaml");
    Files.createSymbolicLink(file, elsewhere);
    changesAreSeenByEvents(file, text -> rename(elsewhere, text));
  }

  @Test
  void replaced_directory_is_seen_by_its_event() throws IOException {
    Path etc = directory.resolve("etc");
    Path file = etc.resolve("router.yaml");
    Files.createDirectory(etc);
    Files.writeString(file, "first");
    changesAreSeenByEvents(file, text -> replaceDirectory(etc, text));
  }

  @Test
  void deleted_file_fails_and_its_successor_is_read() throws IOException {
    Path file = directory.resolve("router.yaml");
    Files.writeString(file, "first");
    try (ConfigSource.Watch watch = FileSource.of(file).watch(deliveries)) {
      deliveries.awaitLast("first");
      Files.delete(file);
      deliveries.awaitLast("failure: does not exist; create it, or correct the path");
      Files.writeString(file, "second");
      deliveries.awaitLast("second");
    }
  }

  @Test
  void file_in_a_directory_that_comes_later_is_found() throws IOException {
    Path file = directory.resolve("later").resolve("etc").resolve("router.yaml");
    try (ConfigSource.Watch watch = FileSource.of(file).watch(deliveries)) {
      deliveries.awaitLast("failure: does not exist; create it, or correct the path");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "first");
      deliveries.awaitLast("first");
    }
  }

  @Test
  void file_that_is_being_written_is_not_read_before_it_is_still() throws Exception {
    Path file = directory.resolve("router.yaml");
    Files.writeString(file, "first");
    // Far longer than a test machine stalls between two writes.
    Duration still = Duration.ofSeconds(2);
    try (ConfigSource.Watch watch = FileWatch.start(file, deliveries, still)) {
      deliveries.awaitLast("first");
      Files.writeString(file, "");
      for (int i = 0; i < 20; i++) {
        Files.writeString(file, "part " + i + ";", StandardOpenOption.APPEND);
        assertThat(deliveries.next(Duration.ofMillis(20))).isIn(null, "first");
      }
      deliveries.awaitLast(Files.readString(file));
      assertThat(deliveries.distinct()).containsExactly("first", Files.readString(file));
    }
  }

  @Test
  void change_is_found_without_any_event() throws IOException {
    Path file = directory.resolve("router.yaml");
    Files.writeString(file, "first");
    try (ConfigSource.Watch watch = FileWatch.startWithoutEvents(file, deliveries)) {
      deliveries.awaitLast("first");
      rename(file, "second");
      deliveries.awaitLast("second");
      Files.writeString(file, "third!");
      deliveries.awaitLast("third!");
    }
  }

  @Test
  void file_is_read_again_although_nothing_changed() throws IOException {
    Path file = directory.resolve("router.yaml");
    Files.writeString(file, "first");
    try (ConfigSource.Watch watch = FileSource.of(file).watch(deliveries)) {
      await().atMost(Duration.ofSeconds(10)).until(() -> deliveries.count() >= 3);
      assertThat(deliveries.distinct()).containsExactly("first");
    }
  }

  @Test
  void listener_that_throws_hears_the_next_version() throws IOException {
    Path file = directory.resolve("router.yaml");
    Files.writeString(file, "first");
    ConfigSource.Listener throwing =
        new ConfigSource.Listener() {
          @Override
          public void onContent(SourceContent content) {
            deliveries.onContent(content);
            throw new IllegalStateException("listener");
          }

          @Override
          public void onFailure(IOException failure) {
            deliveries.onFailure(failure);
          }
        };
    try (ConfigSource.Watch watch = FileSource.of(file).watch(throwing)) {
      deliveries.awaitLast("first");
      rename(file, "second");
      deliveries.awaitLast("second");
    }
  }

  @Test
  void close_ends_the_threads_and_the_deliveries() throws IOException {
    Path file = directory.resolve("router.yaml");
    Files.writeString(file, "first");
    ConfigSource.Watch watch = FileSource.of(file).watch(deliveries);
    deliveries.awaitLast("first");
    assertThat(ownThreads()).isEqualTo(2);
    watch.close();
    watch.close();
    int count = deliveries.count();
    rename(file, "second");

    await().atMost(Duration.ofSeconds(5)).until(() -> ownThreads() == 0);
    assertThat(deliveries.count()).isEqualTo(count);
  }

  @Test
  void relative_path_keeps_its_name_in_messages() {
    FileSource source = FileSource.of(Path.of("no-such-router.yaml"));

    assertThat(source.name()).isEqualTo("no-such-router.yaml");
    assertThatThrownBy(source::read).hasMessage("does not exist; create it, or correct the path");
  }

  private void changesAreSeenByEvents(Path file, Change change) throws IOException {
    try (ConfigSource.Watch watch = FileSource.of(file).watch(deliveries)) {
      deliveries.awaitLast("first");
      assertTimeout(
          BY_EVENTS,
          () -> {
            for (int i = 0; i < CHANGES; i++) {
              change.to("version " + i);
              deliveries.awaitLast("version " + i);
            }
          });
      assertThat(deliveries.distinct())
          .as("no version is missed, and none is read half")
          .hasSize(CHANGES + 1);
    }
  }

  private void rename(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(".new");
    Files.writeString(temporary, text);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void swapData(String text) throws IOException {
    Path data = directory.resolve("..data");
    Path old = Files.exists(data) ? Files.readSymbolicLink(data) : null;
    Path next = Files.createTempDirectory(directory, "..version");
    Files.writeString(next.resolve("router.yaml"), text);
    Path link = directory.resolve("..data_tmp");
    Files.createSymbolicLink(link, next.getFileName());
    Files.move(link, data, StandardCopyOption.ATOMIC_MOVE);
    if (old != null) {
      Files.delete(directory.resolve(old).resolve("router.yaml"));
      Files.delete(directory.resolve(old));
    }
  }

  private void replaceDirectory(Path etc, String text) throws IOException {
    Path next = Files.createTempDirectory(directory, "next");
    Files.writeString(next.resolve("router.yaml"), text);
    Files.move(etc, Files.createTempDirectory(directory, "old").resolve("etc"));
    Files.move(next, etc);
  }

  private static long ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("gitaly-router-config"))
        .count();
  }

  /** One way to change a file. */
  private interface Change {
    void to(String text) throws IOException;
  }
}
