package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.LIST_REFS;
import static io.gitalyrouter.fixture.GitalyMethods.REPOSITORY_EXISTS;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.fixture.RecordingListener;
import io.gitalyrouter.transport.FakeEndpoint;
import io.grpc.Metadata;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A call between two scripted sides, of which the network one does not have the repository. */
final class NotThereTest {
  private static final Status NOT_FOUND = Status.NOT_FOUND.withDescription("repository not found");

  private final ScriptedMove move = new ScriptedMove();
  private final FakeSides sides = move.sides;
  private final RecordingListener listener = move.listener;

  @AfterEach
  void nothing_is_left() {
    move.assertNothingIsLeft();
  }

  private boolean isContradicted() {
    return FakeEndpoint.isStorageContradicted(sides.networkEndpoint);
  }

  @Test
  void reader_moves_and_local_s_answer_contradicts_the_network_side_once() {
    FallbackCall<String, String> call = move.sent(LIST_REFS);
    call.halfClose();
    move.network().close(NOT_FOUND);
    assertThat(move.local().heard()).containsExactly("start", "a", "half close");
    assertThat(isContradicted()).isFalse();
    ScriptedMove.answer(move.local(), "1");
    assertThat(isContradicted()).isTrue();
    FakeEndpoint.asked(sides.networkEndpoint);
    move.local().listener().onMessage("2");
    assertThat(isContradicted()).as("said once for each call").isFalse();
    move.local().close(Status.OK);
    listener.assertTold("headers", "1", "2", "close OK");
    assertThat(sides.recorded).containsExactly("moved not_there after NOT_FOUND", "ended local OK");
    assertThat(sides.breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void repository_that_neither_side_has_is_told_in_local_s_words_and_contradicts_nobody() {
    move.sent(FIND_COMMIT);
    move.network().close(NOT_FOUND);
    move.local().close(Status.NOT_FOUND.withDescription("local's words"));
    listener.assertTold("close NOT_FOUND");
    assertThat(listener.status().getDescription()).isEqualTo("local's words");
    assertThat(isContradicted()).isFalse();
    assertThat(FakeEndpoint.isStorageDoubted(sides.networkEndpoint)).isTrue();
  }

  @Test
  void writer_and_reader_of_something_else_are_told() {
    move.sent(WRITE_REF);
    move.network().close(NOT_FOUND);
    listener.assertTold("close NOT_FOUND");
    assertThat(sides.localChannel.calls()).isEmpty();
    RecordingListener other = new RecordingListener();
    sides.call(FIND_COMMIT).start(other, new Metadata());
    move.network().leave();
    move.network().close(Status.NOT_FOUND.withDescription("tree not found"));
    other.assertTold("close NOT_FOUND");
    assertThat(sides.localChannel.calls()).isEmpty();
  }

  @Test
  void denied_existence_is_asked_of_the_local_side_which_may_contradict() {
    move.sent(REPOSITORY_EXISTS);
    ScriptedMove.answer(move.network(), "");
    move.network().close(Status.OK);
    assertThat(listener.told()).isEmpty();
    ScriptedMove.answer(move.local(), "yes");
    move.local().close(Status.OK);
    listener.assertTold("headers", "yes", "close OK");
    assertThat(isContradicted()).isTrue();
    assertThat(sides.recorded).containsExactly("moved not_there after OK", "ended local OK");
  }

  @Test
  void existence_that_both_sides_deny_is_denied() {
    move.sent(REPOSITORY_EXISTS);
    ScriptedMove.answer(move.network(), "");
    move.network().close(Status.OK);
    ScriptedMove.answer(move.local(), "");
    move.local().close(Status.OK);
    listener.assertTold("headers", "", "close OK");
    assertThat(isContradicted()).isFalse();
  }

  @Test
  void existence_that_is_affirmed_and_empty_answers_to_other_questions_are_told() {
    move.sent(REPOSITORY_EXISTS);
    ScriptedMove.answer(move.network(), "yes");
    move.network().close(Status.OK);
    listener.assertTold("headers", "yes", "close OK");
    RecordingListener other = new RecordingListener();
    FallbackCall<String, String> call = sides.call(FIND_COMMIT);
    call.start(other, new Metadata());
    call.request(2);
    move.network().leave();
    ScriptedMove.answer(move.network(), "");
    move.network().close(Status.OK);
    other.assertTold("headers", "", "close OK");
    assertThat(sides.localChannel.calls()).isEmpty();
  }
}
