package io.gitalyrouter.config.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.gitalyrouter.config.source.SourceContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileStoreTest {
  private static final Instant AT = Instant.parse("2026-11-24T12:30:00Z");

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("router.yaml"), "one\n");
  }

  private FileStore store(FileStore.Steps steps) {
    return new FileStore(file, directory.resolve("admin"), Duration.ofSeconds(1), steps);
  }

  private FileStore store() {
    return store(step -> {});
  }

  private static Change change(String id, String document, Optional<OngoingChange> ongoing) {
    String after = SourceContent.of("x", document.getBytes(UTF_8)).fingerprint();
    return new Change(
        new AuditEntry(
            id, AT, "alice@ops01", "test", "why", Optional.empty(), "", after, 0, List.of()),
        document,
        ongoing);
  }

  @Test
  void each_change_is_a_generation_and_so_is_an_edit_by_hand() throws IOException {
    FileStore store = store();
    assertThat(store.read().generation()).isEqualTo(1);
    assertThat(store.write(store.read(), change("a", "two\n", Optional.empty())).generation())
        .isEqualTo(2);
    Files.writeString(file, "by hand\n");
    assertThat(store.read().generation()).isEqualTo(3);
    assertThat(store.write(store.read(), change("b", "three\n", Optional.empty())).generation())
        .isEqualTo(4);

    assertThat(Files.readString(file)).isEqualTo("three\n");
    assertThat(store.audit()).extracting(AuditEntry::id).containsExactly("a", "b");
  }

  @Test
  void what_was_read_must_still_be_there() throws IOException {
    FileStore store = store();
    StoreState seen = store.read();
    Files.writeString(file, "by hand\n");

    assertThatThrownBy(() -> store.write(seen, change("a", "two\n", Optional.empty())))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("no longer at generation 1");
    assertThat(Files.readString(file)).isEqualTo("by hand\n");
    assertThat(store.audit()).isEmpty();
  }

  @Test
  void concurrent_writers_lose_no_change_and_never_both_win() throws Exception {
    int writers = 4;
    int each = 10;
    CyclicBarrier allHaveRead = new CyclicBarrier(writers);
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      List<Future<Integer>> conflicts = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        String name = "w" + w;
        conflicts.add(threads.submit(appending(name, each, allHaveRead)));
      }
      int lost = 0;
      for (Future<Integer> one : conflicts) {
        lost += one.get();
      }
      assertThat(lost).as("of the first try, one wins").isGreaterThanOrEqualTo(writers - 1);
    } finally {
      threads.shutdownNow();
    }

    assertThat(Files.readString(file).lines()).hasSize(1 + writers * each).doesNotHaveDuplicates();
    assertThat(store().audit())
        .extracting(AuditEntry::generation)
        .doesNotHaveDuplicates()
        .hasSize(writers * each);
    assertThat(store().read().generation()).isEqualTo(1 + writers * each);
  }

  /**
   * Adds so many lines, each to what it read, and counts how often another was faster. Nobody
   * writes before all have read for the first time.
   */
  private Callable<Integer> appending(String name, int lines, CyclicBarrier allHaveRead) {
    return () -> {
      FileStore store = store();
      int conflicts = 0;
      for (int i = 0; i < lines; ) {
        StoreState seen = store.read();
        if (i + conflicts == 0) {
          allHaveRead.await();
        }
        String text = new String(seen.document().orElseThrow().bytes(), UTF_8);
        String line = name + "-" + i;
        try {
          AuditEntry unused = store.write(seen, change(line, text + line + "\n", Optional.empty()));
          i++;
        } catch (ConflictException e) {
          conflicts++;
        }
      }
      return conflicts;
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"pending", "document", "ongoing", "audit"})
  void crash_after_any_step_loses_neither_document_nor_audit(String last) throws IOException {
    FileStore crashing =
        store(
            step -> {
              if (step.equals(last)) {
                throw new IllegalStateException("crash");
              }
            });
    OngoingChange lock = new OngoingChange("lock", "alice", AT, "why", new JsonObject());
    StoreState seen = crashing.read();
    assertThatThrownBy(() -> crashing.write(seen, change("a", "two\n", Optional.of(lock))))
        .hasMessage("crash");

    StoreState after = store().read();

    assertThat(after.generation()).isEqualTo(2);
    assertThat(Files.readString(file)).isEqualTo("two\n");
    assertThat(after.ongoing()).hasValue(lock);
    assertThat(store().audit()).extracting(AuditEntry::id).containsExactly("a");
    assertThat(directory.resolve("router.yaml.pending")).doesNotExist();
  }

  @Test
  void crash_before_anything_is_written_changes_nothing() throws IOException {
    FileStore crashing =
        store(
            step -> {
              throw new IllegalStateException("crash");
            });
    StoreState seen = crashing.read();
    assertThatThrownBy(() -> crashing.write(seen, change("a", "two\n", Optional.empty())))
        .hasMessage("crash");

    assertThat(store().read()).isEqualTo(seen);
    assertThat(store().audit()).isEmpty();
  }

  @Test
  void edit_by_hand_after_a_crash_stays_and_the_audit_says_so() throws IOException {
    FileStore crashing =
        store(
            step -> {
              if (step.equals("pending")) {
                throw new IllegalStateException("crash");
              }
            });
    StoreState seen = crashing.read();
    assertThatThrownBy(() -> crashing.write(seen, change("a", "two\n", Optional.empty())))
        .hasMessage("crash");
    Files.writeString(file, "by hand\n");

    assertThat(store().read().generation()).isEqualTo(3);
    assertThat(Files.readString(file)).isEqualTo("by hand\n");
    assertThat(store().audit().get(0).effects())
        .containsExactly("interrupted; the file was edited by hand since, and stays as it is");
  }

  @Test
  void line_that_a_crash_cut_short_is_overwritten() throws IOException {
    FileStore store = store();
    AuditEntry unused = store.write(store.read(), change("a", "two\n", Optional.empty()));
    Path audit = directory.resolve("router.yaml.audit.jsonl");
    Files.writeString(audit, "{\"id\":\"torn", StandardOpenOption.APPEND);

    assertThat(store.write(store.read(), change("b", "three\n", Optional.empty())).generation())
        .isEqualTo(3);

    assertThat(store.audit()).extracting(AuditEntry::id).containsExactly("a", "b");
    assertThat(Files.readString(audit)).doesNotContain("torn").endsWith("}\n");
  }

  @Test
  void mode_of_the_file_and_a_link_to_it_stay() throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Path link = Files.createSymbolicLink(directory.resolve("link.yaml"), file);
    FileStore store = FileStore.of(link, directory, Duration.ofSeconds(1));

    AuditEntry unused = store.write(store.read(), change("a", "two\n", Optional.empty()));

    assertThat(link).isSymbolicLink().hasContent("two\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
  }
}
