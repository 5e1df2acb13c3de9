package io.gitalyrouter.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.gitalyrouter.config.etcd.EtcdKeys;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.config.store.Change;
import io.gitalyrouter.config.store.ConflictException;
import io.gitalyrouter.config.store.EtcdStore;
import io.gitalyrouter.config.store.OngoingChange;
import io.gitalyrouter.config.store.StoreState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Changes of a document in a real etcd, by the store and by the command. */
@ExtendWith(NeedsEtcd.class)
@Timeout(120)
final class EtcdStoreIT {
  private static final Instant AT = Instant.parse("2026-11-24T12:30:00Z");
  private static final Path COMMAND =
      Path.of("..", "router-config", "target", "gitaly-router").toAbsolutePath().normalize();

  @TempDir private Path directory;
  private EtcdServer etcd;
  private EtcdStore store;

  @BeforeEach
  void start() throws IOException {
    etcd = EtcdServer.start(directory.resolve("one"));
    store = EtcdStore.of(etcd.settings());
  }

  @AfterEach
  void stop() {
    etcd.close();
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
  void document_audit_and_change_in_progress_are_written_together_or_not_at_all()
      throws IOException {
    long first = etcd.write("one\n");
    OngoingChange lock = new OngoingChange("lock", "alice", AT, "why", new JsonObject());
    StoreState seen = store.read();
    AuditEntry entry = store.write(seen, change("a", "two\n", Optional.of(lock)));

    StoreState now = store.read();
    assertThat(now.generation()).isEqualTo(entry.generation()).isGreaterThan(first);
    assertThat(now.ongoing()).hasValue(lock);
    assertThat(new String(now.document().orElseThrow().bytes(), UTF_8)).isEqualTo("two\n");
    assertThat(store.audit())
        .singleElement()
        .satisfies(
            there -> {
              assertThat(there.id()).isEqualTo("a");
              assertThat(there.generation()).isEqualTo(now.generation());
            });
    assertThatThrownBy(() -> store.write(seen, change("b", "three\n", Optional.empty())))
        .isInstanceOf(ConflictException.class);
    assertThat(store.read()).isEqualTo(now);
    assertThat(store.audit()).hasSize(1);
    // Only the change in progress ends: the document keeps its generation.
    AuditEntry end = store.write(now, change("c", "two\n", Optional.empty()));
    assertThat(end.generation()).isEqualTo(now.generation());
    assertThat(store.read().generation()).isEqualTo(now.generation());
  }

  @Test
  void concurrent_writers_lose_no_change_and_never_both_win() throws Exception {
    etcd.write("one\n");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    int lost = 0;
    try {
      List<Future<Integer>> conflicts = new ArrayList<>();
      for (String name : List.of("a", "b")) {
        conflicts.add(threads.submit(appending(name, 15)));
      }
      for (Future<Integer> one : conflicts) {
        lost += one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(lost).as("they met").isPositive();
    StoreState now = store.read();
    assertThat(new String(now.document().orElseThrow().bytes(), UTF_8).lines())
        .hasSize(31)
        .doesNotHaveDuplicates();
    assertThat(store.audit())
        .hasSize(30)
        .extracting(AuditEntry::generation)
        .doesNotHaveDuplicates()
        .contains(now.generation());
  }

  private Callable<Integer> appending(String name, int lines) {
    return () -> {
      int conflicts = 0;
      for (int i = 0; i < lines; ) {
        StoreState seen = store.read();
        String text = new String(seen.document().orElseThrow().bytes(), UTF_8);
        String line = name + i;
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

  @Test
  void witness_of_a_write_tells_that_it_was_heard() throws IOException {
    EtcdKeys keys = EtcdKeys.of(etcd.settings());
    Map<String, Long> absent = Map.of("/doc", 0L);
    Map<String, Optional<String>> values =
        Map.of("/doc", Optional.of("x"), "/witness", Optional.of("y"));
    Optional<Long> first = keys.write(absent, values, "/witness");

    assertThat(first).isPresent();
    assertThat(keys.write(absent, values, "/witness")).as("asked again").isEqualTo(first);
    assertThat(keys.write(absent, values, "/other")).as("somebody else").isEmpty();
  }

  @Test
  void command_changes_the_document_and_names_who_did_not_acknowledge() throws Exception {
    etcd.write(Follower.document(10));
    String endpoint = etcd.settings().endpoints().get(0).toString();

    Process change =
        new ProcessBuilder(
                COMMAND.toString(),
                "enable",
                "--percent",
                "25",
                "--force",
                "--reason",
                "the servers of this document do not exist",
                "--wait",
                "100ms",
                "--etcd",
                endpoint)
            .redirectErrorStream(/* redirectErrorStream= */ true)
            .start();
    String said = new String(change.getInputStream().readAllBytes(), UTF_8);

    assertThat(change.waitFor()).as(said).isEqualTo(4);
    assertThat(said)
        .contains("applied 0/1 hosts, generation " + store.read().generation())
        .contains("not acknowledged: git01: no process was heard");
    assertThat(new String(store.read().document().orElseThrow().bytes(), UTF_8))
        .isEqualTo(Follower.document(25));
    assertThat(store.audit())
        .extracting(AuditEntry::action)
        .containsExactly("enable --percent 25 --force", AuditEntry.ACKNOWLEDGED);
  }
}
