package io.gitalyrouter.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole table, with and without response headers and error details. */
final class OutcomeClassifierTest {
  private static final Metadata NONE = new Metadata();

  private static Metadata details() {
    Metadata trailers = new Metadata();
    trailers.put(Outcome.DETAILS, new byte[] {1});
    return trailers;
  }

  @ParameterizedTest
  @CsvSource({
    "OK, SERVED, SERVED",
    "CANCELLED, IGNORED, IGNORED",
    "UNKNOWN, SICK, SERVED",
    "INVALID_ARGUMENT, SERVED, SERVED",
    "DEADLINE_EXCEEDED, SICK, SERVED",
    "NOT_FOUND, SERVED, SERVED",
    "ALREADY_EXISTS, SERVED, SERVED",
    "PERMISSION_DENIED, MISCONFIGURED, SERVED",
    "RESOURCE_EXHAUSTED, SICK, SERVED",
    "FAILED_PRECONDITION, SERVED, SERVED",
    "ABORTED, SERVED, SERVED",
    "OUT_OF_RANGE, SERVED, SERVED",
    "UNIMPLEMENTED, UNKNOWN_METHOD, SERVED",
    "INTERNAL, SICK, SERVED",
    "UNAVAILABLE, SICK, SICK",
    "DATA_LOSS, SICK, SICK",
    "UNAUTHENTICATED, MISCONFIGURED, MISCONFIGURED"
  })
  void status_says_what_the_table_says(
      Status.Code code, Outcome withoutHeaders, Outcome withHeaders) {
    Status status = code.toStatus();
    assertThat(OutcomeClassifier.outcome(status, NONE, false)).isEqualTo(withoutHeaders);
    assertThat(OutcomeClassifier.outcome(status, NONE, true)).isEqualTo(withHeaders);
  }

  @Test
  void refusal_by_a_hook_has_details_and_says_nothing_of_the_server() {
    assertThat(OutcomeClassifier.outcome(Status.PERMISSION_DENIED, details(), false))
        .isEqualTo(Outcome.SERVED);
    assertThat(OutcomeClassifier.isWorthReplaying(Status.PERMISSION_DENIED, details(), false))
        .isFalse();
  }

  @Test
  void texts_of_gitaly_tell_a_missing_storage_from_a_missing_repository() {
    Status unknownName = Status.INVALID_ARGUMENT.withDescription("storage name not found");
    assertThat(OutcomeClassifier.outcome(unknownName, NONE, false))
        .isEqualTo(Outcome.MISCONFIGURED);
    assertThat(OutcomeClassifier.isRefusedAtTheDoor(unknownName, false)).isTrue();
    Status gone = Status.NOT_FOUND.withDescription("storage does not exist");
    assertThat(OutcomeClassifier.outcome(gone, NONE, false)).isEqualTo(Outcome.SICK);
    assertThat(OutcomeClassifier.isWorthReplaying(gone, NONE, false)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Status.Code.class)
  void nothing_is_refused_at_the_door_after_headers(Status.Code code) {
    assertThat(OutcomeClassifier.isRefusedAtTheDoor(code.toStatus(), true)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"UNIMPLEMENTED", "UNAUTHENTICATED"},
      mode = EnumSource.Mode.EXCLUDE)
  void no_other_status_proves_that_a_handler_did_not_run(Status.Code code) {
    assertThat(OutcomeClassifier.isRefusedAtTheDoor(code.toStatus(), false)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {
        "UNAVAILABLE",
        "RESOURCE_EXHAUSTED",
        "PERMISSION_DENIED",
        "INTERNAL",
        "UNKNOWN",
        "DATA_LOSS"
      })
  void loss_of_the_server_is_worth_a_replay(Status.Code code) {
    assertThat(OutcomeClassifier.isWorthReplaying(code.toStatus(), NONE, false)).isTrue();
    assertThat(OutcomeClassifier.isWorthReplaying(code.toStatus(), NONE, true))
        .isEqualTo(code == Status.Code.UNAVAILABLE);
  }
}
