package io.gitalyrouter.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds for every status with every text, with and without headers and details. */
final class OutcomeClassifierPropertyTest {
  private static final List<@Nullable String> TEXTS =
      Arrays.asList(
          null,
          "",
          "storage name not found: \"s\"",
          "GetStorageByName: storage does not exist",
          "something else");

  /** What the classifier is told. */
  private record Answer(
      Status.Code code, @Nullable String text, boolean details, boolean headersSeen) {
    Status status() {
      return code.toStatus().withDescription(text);
    }

    Metadata trailers() {
      Metadata trailers = new Metadata();
      if (details) {
        trailers.put(Outcome.DETAILS, new byte[] {1});
      }
      return trailers;
    }

    Outcome outcome() {
      return OutcomeClassifier.outcome(status(), trailers(), headersSeen);
    }

    boolean isRefused() {
      return OutcomeClassifier.isRefusedAtTheDoor(status(), headersSeen);
    }

    boolean isWorthReplaying() {
      return OutcomeClassifier.isWorthReplaying(status(), trailers(), headersSeen);
    }

    /** Everything that the classifier says of it. */
    List<Object> verdict() {
      return List.of(outcome(), isRefused(), isWorthReplaying());
    }
  }

  private static List<Answer> all() {
    List<Answer> all = new ArrayList<>();
    for (Status.Code code : Status.Code.values()) {
      for (String text : TEXTS) {
        for (boolean details : List.of(true, false)) {
          for (boolean headersSeen : List.of(true, false)) {
            all.add(new Answer(code, text, details, headersSeen));
          }
        }
      }
    }
    return all;
  }

  @Test
  void text_counts_only_where_gitaly_s_texts_tell_two_things_apart() {
    Set<Status.Code> texts = EnumSet.of(Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND);
    for (Answer answer : all()) {
      if (!texts.contains(answer.code)) {
        Answer other = new Answer(answer.code, "x", answer.details, answer.headersSeen);
        assertThat(answer.verdict()).as("%s", answer).isEqualTo(other.verdict());
      }
    }
  }

  @Test
  void details_count_only_where_a_handler_s_error_looks_like_a_broken_server() {
    Set<Status.Code> detailed =
        EnumSet.of(
            Status.Code.PERMISSION_DENIED,
            Status.Code.INTERNAL,
            Status.Code.UNKNOWN,
            Status.Code.DATA_LOSS);
    for (Answer answer : all()) {
      if (answer.headersSeen || !detailed.contains(answer.code)) {
        Answer other = new Answer(answer.code, answer.text, !answer.details, answer.headersSeen);
        assertThat(answer.verdict()).as("%s", answer).isEqualTo(other.verdict());
      }
    }
  }

  @Test
  void headers_never_make_a_server_sicker() {
    for (Answer answer : all()) {
      Answer begun = new Answer(answer.code, answer.text, answer.details, true);
      if (answer.outcome() == Outcome.SERVED || answer.outcome() == Outcome.IGNORED) {
        assertThat(begun.outcome()).as("%s", answer).isEqualTo(answer.outcome());
      }
      assertThat(begun.isRefused()).as("%s", answer).isFalse();
      assertThat(begun.isWorthReplaying())
          .as("%s", answer)
          .isEqualTo(answer.code == Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void what_may_move_a_call_counts_against_the_server() {
    for (Answer answer : all()) {
      if (answer.isRefused()) {
        assertThat(answer.outcome())
            .as("%s", answer)
            .isIn(Outcome.MISCONFIGURED, Outcome.UNKNOWN_METHOD);
        assertThat(answer.isWorthReplaying()).as("one cause, not two: %s", answer).isFalse();
      }
      if (answer.isWorthReplaying()) {
        assertThat(answer.outcome()).as("%s", answer).isIn(Outcome.SICK, Outcome.MISCONFIGURED);
      }
    }
  }

  @Test
  void success_and_cancel_say_nothing_against_the_server() {
    for (Answer answer : all()) {
      if (answer.code == Status.Code.OK) {
        assertThat(answer.verdict()).containsExactly(Outcome.SERVED, false, false);
      } else if (answer.code == Status.Code.CANCELLED) {
        assertThat(answer.verdict()).containsExactly(Outcome.IGNORED, false, false);
      } else {
        assertThat(answer.outcome()).as("%s", answer).isNotEqualTo(Outcome.IGNORED);
      }
    }
  }
}
