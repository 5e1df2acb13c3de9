package io.gitalyrouter.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.gitalyrouter.standin.journal.CallIdentity;
import io.gitalyrouter.standin.journal.CallLog;
import io.gitalyrouter.standin.journal.Journal;
import io.gitalyrouter.standin.journal.Ledger;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Books as the stand-in writes them. */
final class ServerBooksTest {
  @TempDir Path directory;

  @Test
  void calls_come_with_their_ends_and_those_without_one_come_last() throws Exception {
    Path book = directory.resolve("calls.jsonl");
    try (Journal journal = Journal.open(book)) {
      CallLog log = new CallLog(journal, () -> Instant.EPOCH);
      CallLog.Received first = log.received(call("history-1"), "peer");
      log.received(call("history-2"), "peer");
      log.received(call(""), "peer").end(Status.Code.OK);
      first.end(Status.Code.CANCELLED);
    }

    assertThat(ServerBooks.read(Server.NETWORK, book))
        .containsExactly(
            new ServedCall(Server.NETWORK, ServedCall.NO_CALL, "a/B", "OK"),
            new ServedCall(Server.NETWORK, 1, "a/B", "CANCELLED"),
            new ServedCall(Server.NETWORK, 2, "a/B", ""));
  }

  @Test
  void executions_of_one_call_stay_two() throws Exception {
    Path book = directory.resolve("ledger.jsonl");
    try (Journal journal = Journal.open(book)) {
      Ledger ledger = new Ledger(journal, () -> Instant.EPOCH);
      ledger.begin(call("history-1"), "x").end(Status.Code.OK);
      ledger.begin(call("history-1"), "x").end(Status.Code.ABORTED);
    }

    assertThat(ServerBooks.read(Server.LOCAL, book))
        .extracting(ServedCall::callId, ServedCall::status)
        .containsExactly(tuple(1L, "OK"), tuple(1L, "ABORTED"));
  }

  @Test
  void missing_book_is_empty_and_a_torn_one_is_refused() throws Exception {
    assertThat(ServerBooks.read(Server.SPARE, directory.resolve("none"))).isEmpty();

    Path torn = Files.writeString(directory.resolve("torn"), "{\"pid\":1,\"se");
    assertThatThrownBy(() -> ServerBooks.read(Server.SPARE, torn))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static CallIdentity call(String id) {
    return new CallIdentity("a/B", id, "tcp");
  }
}
