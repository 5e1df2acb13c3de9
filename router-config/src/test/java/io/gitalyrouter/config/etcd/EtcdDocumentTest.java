package io.gitalyrouter.config.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Writes whose answer gets lost on its way back. */
@Timeout(60)
final class EtcdDocumentTest {
  private final FakeEtcd.Store store = new FakeEtcd.Store();

  @Test
  void write_whose_answer_is_lost_is_recognised_at_the_next_endpoint() throws IOException {
    store.set(5, "five");
    try (FakeEtcd deaf = FakeEtcd.start(store);
        FakeEtcd other = FakeEtcd.start(store)) {
      deaf.losesAnswers = true;
      EtcdDocument document =
          EtcdDocument.of(EtcdSettings.of(deaf.endpoint() + "," + other.endpoint()));

      assertThat(document.replace(5, "six".getBytes(UTF_8))).isEqualTo(6);
      assertThat(document.read().revision()).as("written once").isEqualTo(6);
    }
  }

  @Test
  void write_that_nobody_answers_fails_without_claiming_either() throws IOException {
    store.set(5, "five");
    try (FakeEtcd deaf = FakeEtcd.start(store)) {
      deaf.losesAnswers = true;

      assertThatThrownBy(() -> EtcdDocument.of(deaf.settings()).replace(5, "six".getBytes(UTF_8)))
          .isExactlyInstanceOf(IOException.class)
          .hasMessage(
              "no endpoint of etcd answers (http://" + deaf.endpoint() + ": no answer in time)");
    }
  }

  @Test
  void first_try_with_the_value_that_is_there_already_is_a_conflict_all_the_same()
      throws IOException {
    store.set(6, "six");
    try (FakeEtcd etcd = FakeEtcd.start(store)) {
      assertThatThrownBy(() -> EtcdDocument.of(etcd.settings()).replace(5, "six".getBytes(UTF_8)))
          .isInstanceOf(EtcdConflictException.class);
    }
  }
}
