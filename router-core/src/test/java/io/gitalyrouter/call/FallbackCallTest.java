package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.CHECK_OBJECTS_EXIST;
import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.LIST_REFS;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.fixture.RecordingListener;
import io.gitalyrouter.fixture.ScriptedCall;
import io.gitalyrouter.transport.FakeEndpoint;
import io.gitalyrouter.transport.WatchedCall.Nudge;
import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A call between two scripted sides: what is told, and when it moves with what. */
final class FallbackCallTest {
  private final ScriptedMove move = new ScriptedMove();
  private final FakeSides sides = move.sides;
  private final RecordingListener listener = move.listener;
  private final Metadata headers = move.headers;

  @AfterEach
  void nothing_is_left() {
    move.assertNothingIsLeft();
  }

  @Test
  void unary_answer_waits_for_its_end() {
    move.sent(FIND_COMMIT).halfClose();
    ScriptedMove.answer(move.network(), "n");
    assertThat(listener.told()).isEmpty();
    move.network().close(Status.OK);
    listener.assertTold("headers", "n", "close OK");
    assertThat(move.network().heard()).containsExactly("start", "a", "half close");
    assertThat(move.network().requested()).isEqualTo(2);
    assertThat(move.network().headers().getAll(ScriptedMove.ID)).containsExactly("1");
    assertThat(move.network().headers()).as("grpc writes into it").isNotSameAs(headers);
    assertThat(sides.recorded).containsExactly("ended network OK");
    assertThat(sides.messages).containsExactly("sent network", "received network");
  }

  @Test
  void headers_of_a_stream_wait_for_its_first_message() {
    move.sent(LIST_REFS).halfClose();
    move.network().listener().onHeaders(new Metadata());
    assertThat(listener.told()).isEmpty();
    move.network().listener().onMessage("n1");
    move.network().listener().onMessage("n2");
    assertThat(listener.told()).containsExactly("headers", "n1", "n2");
    move.network().close(Status.UNAVAILABLE);
    listener.assertTold("headers", "n1", "n2", "close UNAVAILABLE");
    assertThat(sides.localChannel.calls()).isEmpty();
  }

  @Test
  void caller_that_streams_gets_the_headers_at_once_and_speaks_past_the_carrier() {
    FallbackCall<String, String> call = move.sent(CHECK_OBJECTS_EXIST);
    move.network().listener().onHeaders(new Metadata());
    assertThat(listener.told()).containsExactly("headers");
    assertThat(FakeEndpoint.watchedCalls(sides.networkEndpoint)).isZero();
    assertThat(sides.budget.retainedBytes()).isZero();
    call.setMessageCompression(true);
    call.sendMessage("b");
    FakeEndpoint.nudgeAll(sides.networkEndpoint, Nudge.SILENT);
    call.halfClose();
    assertThat(move.network().heard())
        .containsExactly("start", "a", "compression true", "b", "half close");
    move.network().close(Status.OK);
    listener.assertTold("headers", "close OK");
  }

  @Test
  void call_moves_with_all_it_sent_and_the_held_answer_is_dropped() {
    FallbackCall<String, String> call = sides.call(FIND_COMMIT);
    headers.put(ScriptedMove.ID, "1");
    call.start(listener, headers);
    call.request(2);
    call.setMessageCompression(false);
    call.sendMessage("a");
    call.halfClose();
    move.network().leave();
    move.network().headers().put(ScriptedMove.ID, "grpc's own");
    ScriptedMove.answer(move.network(), "half");
    move.network().close(Status.UNAVAILABLE);
    assertThat(listener.told()).isEmpty();
    assertThat(move.local().heard())
        .containsExactly("start", "compression false", "a", "half close");
    assertThat(move.local().requested()).isEqualTo(2);
    assertThat(move.local().headers().getAll(ScriptedMove.ID)).containsExactly("1");
    assertThat(sides.networkEndpoint.inFlight()).isZero();
    move.answerLocally();
    listener.assertTold("headers", "local", "close OK");
    assertThat(sides.recorded).containsExactly("moved failed after UNAVAILABLE", "ended local OK");
    assertThat(sides.messages)
        .as("the replay and the dropped answer are none of the caller's")
        .containsExactly("sent network", "received local");
  }

  @Test
  void move_is_told_before_the_caller_can_have_the_local_attempt_begin() {
    FallbackCall<String, String> call = move.sent(CHECK_OBJECTS_EXIST);
    sides.onMoved = call::halfClose;
    move.network().close(Status.UNAVAILABLE);
    assertThat(sides.heardLocallyWhenMoved).isEmpty();
    assertThat(move.local().heard()).containsExactly("start", "a", "half close");
    move.local().close(Status.OK);
    listener.assertTold("close OK");
  }

  @Test
  void recorder_hears_of_each_attempt_before_it_starts_and_may_add_to_its_headers() {
    move.sent(FIND_COMMIT).halfClose();
    assertThat(sides.attempts).containsExactly("network");
    assertThat(move.network().headers().getAll(FakeSides.ATTEMPT)).containsExactly("network");
    move.network().close(Status.UNAVAILABLE);
    assertThat(sides.attempts).containsExactly("network", "local");
    assertThat(move.local().headers().getAll(FakeSides.ATTEMPT)).containsExactly("local");
    move.answerLocally();
    assertThat(sides.attempts)
        .as("a move is the commit")
        .containsExactly("network", "local", "answered local 0");
  }

  @Test
  void recorder_hears_once_that_a_stream_s_answer_committed_it() {
    move.sent(LIST_REFS).halfClose();
    move.network().listener().onHeaders(new Metadata());
    assertThat(sides.attempts).containsExactly("network");
    move.network().listener().onMessage("n1");
    move.network().listener().onMessage("n2");
    assertThat(sides.attempts).containsExactly("network", "committed", "answered network 0");
    move.network().close(Status.OK);
  }

  @Test
  void moved_call_goes_on_with_its_new_side() {
    FallbackCall<String, String> call = move.sent(CHECK_OBJECTS_EXIST);
    move.network().close(Status.UNAVAILABLE);
    call.request(3);
    call.sendMessage("b");
    call.halfClose();
    assertThat(move.local().heard()).containsExactly("start", "a", "b", "half close");
    assertThat(move.local().requested()).isEqualTo(5);
    assertThat(move.network().requested()).isEqualTo(2);
    move.local().listener().onReady();
    assertThat(listener.readyCount()).isEqualTo(1);
    move.answerLocally();
    listener.assertTold("headers", "local", "close OK");
    assertThat(sides.messages).containsExactly("sent network", "sent local", "received local");
  }

  @Test
  void both_sides_failing_gives_local_s_status_and_says_what_happened_before() {
    move.sent(FIND_COMMIT);
    move.network().close(Status.UNAVAILABLE.withDescription("gone"));
    move.local().close(Status.NOT_FOUND.withDescription("no such repository"));
    assertThat(listener.status().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(listener.status().getDescription())
        .startsWith("no such repository")
        .contains("tcp://file01:9999")
        .endsWith("failed: UNAVAILABLE: gone");
  }

  @Test
  void failure_without_a_text_is_told_without_one() {
    move.sent(FIND_COMMIT);
    move.network().close(Status.UNAVAILABLE);
    move.local().close(Status.INTERNAL);
    assertThat(listener.status().getDescription()).endsWith("failed: UNAVAILABLE");
  }

  @Test
  void writer_that_left_is_told_and_one_that_did_not_leave_moves() {
    move.sent(WRITE_REF);
    move.network().close(Status.UNAVAILABLE);
    listener.assertTold("close UNAVAILABLE");
    assertThat(sides.localChannel.calls()).isEmpty();

    RecordingListener other = new RecordingListener();
    sides.call(WRITE_REF).start(other, new Metadata());
    move.network().close(Status.UNAVAILABLE);
    move.local().close(Status.OK);
    other.assertTold("close OK");
    assertThat(sides.recorded)
        .containsExactly(
            "ended network UNAVAILABLE", "moved never_left after UNAVAILABLE", "ended local OK");
  }

  @Test
  void no_local_side_left_is_the_network_s_status() {
    FakeEndpoint.retire(sides.localEndpoint);
    move.sent(FIND_COMMIT);
    ScriptedMove.answer(move.network(), "half");
    move.network().close(Status.UNAVAILABLE.withDescription("gone"));
    listener.assertTold("headers", "half", "close UNAVAILABLE");
    assertThat(listener.status().getDescription()).isEqualTo("gone");
  }

  @Test
  void call_committed_while_the_local_attempt_is_made_gives_its_lease_back_and_is_told() {
    FallbackCall<String, String> call = move.sent(CHECK_OBJECTS_EXIST);
    sides.localChannel.prepare(made -> call.sendMessage("x".repeat(101)));
    move.network().close(Status.UNAVAILABLE.withDescription("gone"));
    assertThat(move.local().heard()).as("never started").isEmpty();
    listener.assertTold("close UNAVAILABLE");
    assertThat(listener.status().getDescription()).isEqualTo("gone");
    assertThat(sides.recorded).containsExactly("committed early", "ended network UNAVAILABLE");
  }

  @Test
  void call_cancelled_while_the_local_attempt_is_made_ends_cancelled() {
    FallbackCall<String, String> call = move.sent(CHECK_OBJECTS_EXIST);
    sides.localChannel.prepare(made -> call.cancel("enough", null));
    move.network().close(Status.UNAVAILABLE);
    listener.assertTold("close CANCELLED");
    assertThat(move.local().heard()).isEmpty();
  }

  @Test
  void silent_side_loses_its_reader() {
    FallbackCall<String, String> call = move.sent(FIND_COMMIT);
    call.nudge(Nudge.SILENT);
    call.nudge(Nudge.SHARE_SPENT);
    call.sendMessage("b");
    assertThat(move.network().heard()).containsExactly("start", "a", "cancel");
    move.network().close(Status.CANCELLED);
    assertThat(move.local().heard()).containsExactly("start", "a", "b");
    move.answerLocally();
    listener.assertTold("headers", "local", "close OK");
    assertThat(sides.recorded).containsExactly("moved silent after CANCELLED", "ended local OK");
  }

  @Test
  void spent_share_is_named_as_the_cause() {
    FallbackCall<String, String> call =
        new FallbackCall<>(sides.plan(FIND_COMMIT, /* shareEndsNanos= */ 100), Context.ROOT);
    call.start(listener, new Metadata());
    move.network().leave();
    FakeEndpoint.age(sides.networkEndpoint, 99);
    assertThat(move.network().heard()).containsExactly("start");
    FakeEndpoint.age(sides.networkEndpoint, 100);
    assertThat(move.network().heard()).containsExactly("start", "cancel");
    move.network().close(Status.CANCELLED);
    assertThat(sides.recorded).containsExactly("moved share_spent after CANCELLED");
    move.local().close(Status.OK);
  }

  @Test
  void call_without_a_deadline_has_no_share_to_spend() {
    move.sent(FIND_COMMIT);
    FakeEndpoint.age(sides.networkEndpoint, Long.MAX_VALUE);
    assertThat(move.network().heard()).containsExactly("start", "a");
    move.network().close(Status.OK);
  }

  @Test
  void writer_with_a_stream_is_not_cancelled_and_one_without_moves() {
    FallbackCall<String, String> call = move.begin(WRITE_REF);
    ClientStreamTracer tracer = move.network().tracer();
    tracer.streamCreated(Attributes.EMPTY, new Metadata());
    call.nudge(Nudge.SILENT);
    call.nudge(Nudge.DISCONNECTED);
    assertThat(move.network().heard()).containsExactly("start", "a");
    move.network().close(Status.OK);

    FallbackCall<String, String> queued = sides.call(WRITE_REF);
    queued.start(new RecordingListener(), new Metadata());
    queued.nudge(Nudge.DISCONNECTED);
    move.network().close(Status.CANCELLED);
    assertThat(move.local().heard()).containsExactly("start");
    move.local().close(Status.OK);
    assertThat(sides.recorded)
        .containsExactly("ended network OK", "moved never_left after CANCELLED", "ended local OK");
  }

  @Test
  void reader_with_a_stream_outlives_the_loss_of_another_connection() {
    FallbackCall<String, String> call = move.sent(FIND_COMMIT);
    call.nudge(Nudge.DISCONNECTED);
    assertThat(move.network().heard()).containsExactly("start", "a");
    move.network().close(Status.OK);
  }

  @Test
  void answer_that_crosses_the_move_is_dropped_and_the_call_moves() {
    FallbackCall<String, String> call = move.sent(LIST_REFS);
    move.network().listener().onHeaders(new Metadata());
    call.nudge(Nudge.SILENT);
    move.network().listener().onMessage("cut off");
    move.network().listener().onReady();
    move.network().listener().onMessage("more");
    move.network().close(Status.OK);
    assertThat(listener.readyCount()).isZero();
    move.answerLocally();
    listener.assertTold("headers", "local", "close OK");
    assertThat(sides.recorded).containsExactly("moved silent after CANCELLED", "ended local OK");
  }

  @Test
  void whole_unary_answer_that_crosses_the_move_is_told() {
    FallbackCall<String, String> call = move.sent(FIND_COMMIT);
    ScriptedMove.answer(move.network(), "n");
    call.nudge(Nudge.SILENT);
    move.network().close(Status.OK);
    listener.assertTold("headers", "n", "close OK");
  }

  @Test
  void endpoint_that_is_silent_or_lost_at_the_start_nudges_at_once() {
    FakeEndpoint.state(sides.networkEndpoint, EndpointState.SUSPECT);
    sides.networkChannel.prepare(ScriptedCall::leave);
    sides.call(FIND_COMMIT).start(listener, new Metadata());
    assertThat(move.network().heard()).containsExactly("start", "cancel");
    move.network().close(Status.CANCELLED);
    move.local().close(Status.OK);
    listener.assertTold("close OK");
  }
}
