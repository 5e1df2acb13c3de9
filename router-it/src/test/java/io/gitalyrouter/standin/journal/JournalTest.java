package io.gitalyrouter.standin.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines that are written and read back, whole and torn. */
final class JournalTest {
  private static final CallIdentity CALL = new CallIdentity("s/M", "id \"1\"\n\u00e4", "tcp");

  @TempDir private Path directory;

  @Test
  void ended_and_unended_executions_are_told_apart() throws Exception {
    Path file = directory.resolve("ledger");
    try (Journal journal = Journal.open(file)) {
      Ledger ledger = new Ledger(journal, InstantSource.system());
      ledger.begin(CALL, "a").end(Status.Code.OK);
      var unused = ledger.begin(CALL, "b");
      assertThat(ledger.started()).isEqualTo(2);
      assertThat(ledger.ended()).isEqualTo(1);
    }

    var entries = JournalFile.read(file);
    assertThat(entries).extracting(JournalFile.Entry::detail).containsExactly("a", "b");
    assertThat(entries).extracting(e -> e.status().orElse("none")).containsExactly("OK", "none");
    assertThat(entries).allMatch(e -> e.callId().equals(CALL.callId()));
  }

  @Test
  void torn_last_line_is_left_out() throws Exception {
    Path file = directory.resolve("calls");
    try (Journal journal = Journal.open(file)) {
      new CallLog(journal, InstantSource.system()).received(CALL, "peer").end(Status.Code.OK);
    }
    Files.write(file, "{\"event\":\"sta".getBytes(UTF_8), StandardOpenOption.APPEND);

    assertThat(JournalFile.read(file)).hasSize(1);
  }

  @Test
  void second_ending_of_a_call_counts_for_nothing() throws Exception {
    try (Journal journal = Journal.open(directory.resolve("calls"))) {
      CallLog log = new CallLog(journal, InstantSource.system());
      CallLog.Received received = log.received(CALL, "peer");
      received.end(Status.Code.OK);
      received.end(Status.Code.CANCELLED);

      assertThat(log.counts()).containsOnlyKeys("s/M");
      assertThat(log.counts().get("s/M"))
          .isEqualTo(new CallLog.Counts(1, Map.of(Status.Code.OK, 1L)));
    }
  }

  @Test
  void json_survives_the_round_trip_and_rubbish_is_refused() {
    assertThat(FlatJson.read(FlatJson.write(Map.of("k\\\"", "v\u0001\n", "", ""))))
        .isEqualTo(Map.of("k\\\"", "v\u0001\n", "", ""));
    assertThat(FlatJson.read(" { \"a\" : 1 , \"b\":\"\\u00e4\\n\" } "))
        .isEqualTo(Map.of("a", "1", "b", "\u00e4\n"));
    assertThatThrownBy(() -> FlatJson.read("{\"a\":")).hasMessageContaining("expected: a value");
    assertThatThrownBy(() -> FlatJson.read("[]")).hasMessageContaining("expected: '{'");
  }
}
