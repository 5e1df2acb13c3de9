package io.gitalyrouter.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.gitalyrouter.config.ConfigEvent;
import io.gitalyrouter.config.ConfigProblem;
import io.gitalyrouter.config.FollowOptions;
import io.gitalyrouter.config.InvalidConfigException;
import io.gitalyrouter.config.etcd.EtcdConflictException;
import io.gitalyrouter.config.etcd.EtcdDocument;
import io.gitalyrouter.config.etcd.EtcdSettings;
import io.gitalyrouter.config.etcd.EtcdVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a host sees of its document while etcd works, and after it was harmed. */
@ExtendWith(NeedsEtcd.class)
@Timeout(120)
final class EtcdSourceIT {
  private static final ByteString KEY = ByteString.copyFromUtf8(EtcdSettings.DEFAULT_KEY);
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  @TempDir private Path directory;
  private EtcdServer etcd;

  @BeforeEach
  void start() throws IOException {
    etcd = EtcdServer.start(directory.resolve("one"));
  }

  @AfterEach
  void stop() {
    etcd.close();
  }

  @Test
  void changes_are_applied_in_order_and_problems_name_key_revision_and_line() throws IOException {
    long first = etcd.write(Follower.document(10));
    try (Follower follower = Follower.of(etcd.settings())) {
      assertThat(follower.status().origin()).isEqualTo("etcd:/gitaly-router/config@" + first);
      etcd.write(Follower.document(20));
      follower.awaitPercent(20, SOON);
      long bad = etcd.write(Follower.document(30).replace("percent: 30", "percent: 130"));
      await().atMost(SOON).until(() -> !follower.status().isCurrent());
      assertThat(follower.status().problems())
          .extracting(ConfigProblem::toString)
          .containsExactly(
              "etcd:/gitaly-router/config@"
                  + bad
                  + ":8:63 roles.network-gitaly.percent: 130 (expected: 0-100, in steps of 0.01)");
      etcd.write(Follower.document(40));
      follower.awaitPercent(40, SOON);

      assertThat(follower.applied()).containsExactly(10, 20, 40);
      await().atMost(SOON).until(() -> follower.status().isCurrent());
    }
  }

  @Test
  void write_at_another_revision_than_expected_changes_nothing() throws IOException {
    EtcdDocument document = etcd.document();
    assertThat(document.read().revision()).as("no such key").isZero();
    long first = document.replace(0, "one".getBytes(UTF_8));
    long second = document.replace(first, "two".getBytes(UTF_8));

    assertThatThrownBy(() -> document.replace(first, "three".getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            EtcdConflictException.class,
            conflict -> assertThat(conflict.actual().revision()).isEqualTo(second))
        .hasMessage(
            "etcd:/gitaly-router/config is at revision "
                + second
                + " (expected: revision "
                + first
                + "); somebody else has written it: nothing was changed, read it again");
    assertThatThrownBy(() -> document.replace(0, "three".getBytes(UTF_8)))
        .isInstanceOf(EtcdConflictException.class)
        .hasMessageContaining("(expected: no revision, there is no such key)");
    EtcdVersion version = document.read();
    assertThat(version.revision()).isEqualTo(second);
    assertThat(version.content().orElseThrow().bytes()).isEqualTo("two".getBytes(UTF_8));
  }

  @Test
  void deleted_key_is_a_refused_version_and_a_new_one_is_taken() throws IOException {
    etcd.write(Follower.document(10));
    try (Follower follower = Follower.of(etcd.settings())) {
      long deleted =
          etcd.ask(
              channel ->
                  KVGrpc.newBlockingStub(channel)
                      .deleteRange(DeleteRangeRequest.newBuilder().setKey(KEY).build())
                      .getHeader()
                      .getRevision());
      String problem =
          "etcd:/gitaly-router/config@"
              + deleted
              + ": the key was deleted; write the document to it again";
      awaitProblem(follower, problem);
      etcd.kill();
      awaitProblem(follower, "no endpoint of etcd answers");
      etcd.restart();
      awaitProblem(follower, problem);
      etcd.write(Follower.document(20));
      follower.awaitPercent(20, SOON);

      assertThat(follower.applied()).as("last good stays").containsExactly(10, 20);
      assertThat(follower.events(ConfigEvent.Stale.class)).isEmpty();
    }
  }

  @Test
  void document_beyond_the_limit_is_refused_and_at_the_limit_taken() throws IOException {
    String document = Follower.document(10);
    String most = document + "#" + "x".repeat(EtcdDocument.MAX_BYTES - document.length() - 1);
    etcd.write(most);
    try (Follower follower = Follower.of(etcd.settings())) {
      put(ByteString.copyFromUtf8(most + "x"));
      awaitProblem(follower, "larger than 1048576 bytes, the limit of a configuration document");

      assertThat(follower.applied()).containsExactly(10);
    }
    assertThatThrownBy(() -> etcd.write(most + "x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void killed_and_restarted_server_is_found_again_and_nothing_is_refused() throws IOException {
    etcd.write(Follower.document(10));
    try (Follower follower = Follower.of(etcd.settings())) {
      etcd.kill();
      etcd.restart();
      etcd.write(Follower.document(20));
      follower.awaitPercent(20, SOON);

      assertThat(follower.applied()).containsExactly(10, 20);
    }
  }

  @Test
  void frozen_server_that_runs_on_is_followed_again() throws IOException {
    etcd.write(Follower.document(10));
    try (Follower follower = Follower.of(etcd.settings())) {
      etcd.freeze();
      awaitProblem(follower, "no answer in time");
      etcd.thaw();
      etcd.write(Follower.document(20));
      follower.awaitPercent(20, PATIENCE);

      assertThat(follower.applied()).containsExactly(10, 20);
    }
  }

  @Test
  void changes_that_were_compacted_while_disconnected_do_not_hide_the_last_one()
      throws IOException {
    etcd.write(Follower.document(10));
    try (Follower follower = Follower.of(etcd.settings())) {
      etcd.kill();
      try (EtcdServer hidden = etcd.restartHidden()) {
        hidden.write(Follower.document(20));
        hidden.write(Follower.document(30));
        hidden.compact(hidden.write(Follower.document(40)));
      }
      etcd.restart();
      follower.awaitPercent(40, SOON);
      etcd.write(Follower.document(50));
      follower.awaitPercent(50, SOON);

      assertThat(follower.applied()).containsExactly(10, 40, 50);
    }
  }

  @Test
  void store_restored_from_a_backup_is_new_content_although_its_revision_goes_back()
      throws IOException {
    long first = etcd.write(Follower.document(10));
    etcd.kill();
    etcd.backUp(directory.resolve("backup"));
    etcd.restart();
    try (Follower follower = Follower.of(etcd.settings())) {
      etcd.write(Follower.document(20));
      etcd.write(Follower.document(30));
      follower.awaitPercent(30, SOON);
      etcd.kill();
      etcd.restore(directory.resolve("backup"));
      etcd.restart();
      follower.awaitPercent(10, SOON);
      assertThat(follower.status().origin()).endsWith("@" + first);
      etcd.write(Follower.document(40));
      follower.awaitPercent(40, SOON);
    }
  }

  @Test
  void next_endpoint_is_used_when_one_is_gone_or_frozen() throws IOException {
    etcd.write(Follower.document(10));
    try (EtcdServer other = EtcdServer.start(directory.resolve("two"))) {
      other.write(Follower.document(20));
      String both = etcd.settings().endpoints().get(0) + ", " + other.settings().endpoints().get(0);
      try (Follower follower = Follower.of(EtcdSettings.of(both))) {
        assertThat(follower.applied()).containsExactly(10);
        etcd.kill();
        follower.awaitPercent(20, SOON);
        etcd.restart();
        other.freeze();
        follower.awaitPercent(10, PATIENCE);

        assertThat(follower.events(ConfigEvent.Refused.class)).as("one always answered").isEmpty();
      }
    }
  }

  @Test
  void start_without_an_answer_is_bounded_and_uses_the_copy() throws IOException {
    Path copy = Files.writeString(directory.resolve("last-good.yaml"), Follower.document(10));
    FollowOptions withCopy = FollowOptions.defaults().withLastGood(copy);
    etcd.write(Follower.document(20));
    etcd.freeze();
    // There is no ticker to inject into a frozen process.
    long start = System.nanoTime();
    try (Follower follower = Follower.of(etcd.settings(), withCopy)) {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(follower.status().origin()).isEqualTo(copy.toString());
      assertThat(follower.applied()).as("stale from the start").containsExactly(0);
      etcd.thaw();
      follower.awaitPercent(20, PATIENCE);
    }
    etcd.kill();
    assertThatThrownBy(() -> Follower.of(etcd.settings()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("etcd:/gitaly-router/config: no endpoint of etcd answers (http://")
        .hasMessageContaining("Connection refused");
  }

  private static void awaitProblem(Follower follower, String part) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () ->
                assertThat(follower.status().problems()).singleElement().asString().contains(part));
  }

  private void put(ByteString value) {
    Object unused =
        etcd.ask(
            channel ->
                KVGrpc.newBlockingStub(channel)
                    .put(PutRequest.newBuilder().setKey(KEY).setValue(value).build()));
  }
}
