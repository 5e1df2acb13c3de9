package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.CHECK_OBJECTS_EXIST;
import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.SSH_RECEIVE_PACK;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static io.gitalyrouter.fixture.WireBytes.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.fixture.RecordingListener;
import io.gitalyrouter.transport.FakeEndpoint;
import io.gitalyrouter.transport.WatchedCall.Nudge;
import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How a call between two scripted sides ends: what its caller, the recorder and the breaker hear.
 */
final class FallbackCallEndTest {
  private static final String QUARANTINED = field(1, field(4, "objects/incoming-1"));

  private final ScriptedMove move = new ScriptedMove();
  private final FakeSides sides = move.sides;
  private final RecordingListener listener = move.listener;

  @AfterEach
  void nothing_is_left() {
    move.assertNothingIsLeft();
  }

  @Test
  void caller_s_cancel_is_told_once_with_its_text() {
    FallbackCall<String, String> call = move.sent(FIND_COMMIT);
    IllegalStateException cause = new IllegalStateException("why");
    call.cancel("enough", cause);
    call.cancel("again", null);
    assertThat(move.network().heard()).containsExactly("start", "a", "cancel");
    move.network().close(Status.CANCELLED.withDescription("grpc's text"));
    listener.assertTold("close CANCELLED");
    assertThat(listener.status().getDescription()).isEqualTo("enough");
    assertThat(listener.status().getCause()).isSameAs(cause);
    assertThat(sides.recorded).containsExactly("ended network CANCELLED");
  }

  @Test
  void cancel_without_a_text_says_who_cancelled() {
    FallbackCall<String, String> call = move.sent(FIND_COMMIT);
    call.cancel(null, null);
    move.network().close(Status.CANCELLED);
    assertThat(listener.status().getDescription()).isEqualTo("cancelled by the caller");
  }

  @Test
  void cancel_after_the_whole_answer_changes_nothing() {
    FallbackCall<String, String> call = move.sent(FIND_COMMIT);
    ScriptedMove.answer(move.network(), "n");
    call.cancel("late", null);
    move.network().close(Status.OK);
    listener.assertTold("headers", "n", "close OK");
  }

  @Test
  void cancel_after_a_nudge_cancels_no_second_time_and_moves_nothing() {
    FallbackCall<String, String> call = move.sent(FIND_COMMIT);
    call.nudge(Nudge.SILENT);
    call.cancel("enough", null);
    assertThat(move.network().heard()).containsExactly("start", "a", "cancel");
    move.network().close(Status.CANCELLED);
    listener.assertTold("close CANCELLED");
    assertThat(sides.localChannel.calls()).isEmpty();
  }

  @Test
  void cancelled_context_moves_nothing() {
    Context.CancellableContext context = Context.ROOT.withCancellation();
    FallbackCall<String, String> call =
        new FallbackCall<>(sides.plan(FIND_COMMIT, /* shareEndsNanos= */ 0), context);
    call.start(listener, new Metadata());
    move.network().leave();
    context.cancel(null);
    move.network().close(Status.CANCELLED);
    listener.assertTold("close CANCELLED");
  }

  @Test
  void stream_that_the_server_resets_moves_as_its_connection_s_loss_does() {
    move.sent(FIND_COMMIT);
    move.network().close(Status.CANCELLED);
    assertThat(move.local().heard()).containsExactly("start", "a");
    move.local().close(Status.OK);
    assertThat(sides.breaker.isDoubtful()).as("counts as a failure").isTrue();
  }

  @Test
  void call_that_cannot_start_gives_everything_back() {
    sides.networkChannel.prepare(call -> call.failStart(new IllegalStateException("broken")));
    FallbackCall<String, String> call = sides.call(FIND_COMMIT);
    assertThatThrownBy(() -> call.start(listener, new Metadata())).hasMessage("broken");
    assertThat(sides.recorded).containsExactly("ended network INTERNAL");
    FakeEndpoint.nudgeAll(sides.networkEndpoint, Nudge.SILENT);
    assertThat(move.network().heard()).as("nobody watches it").isEmpty();
    assertThat(sides.breaker.isDoubtful()).isFalse();
  }

  @Test
  void too_much_sent_commits_and_is_counted_once() {
    FallbackCall<String, String> call = move.sent(CHECK_OBJECTS_EXIST);
    call.sendMessage("x".repeat(100));
    call.sendMessage("b");
    assertThat(FakeEndpoint.watchedCalls(sides.networkEndpoint)).isZero();
    FakeEndpoint.nudgeAll(sides.networkEndpoint, Nudge.SILENT);
    assertThat(move.network().heard()).containsExactly("start", "a", "x".repeat(100), "b");
    move.network().close(Status.UNAVAILABLE);
    listener.assertTold("close UNAVAILABLE");
    assertThat(sides.recorded).containsExactly("committed early", "ended network UNAVAILABLE");
  }

  @Test
  void call_is_ready_when_its_attempt_is() {
    FallbackCall<String, String> call = sides.call(CHECK_OBJECTS_EXIST);
    assertThat(call.isReady()).isFalse();
    assertThat(call.getAttributes()).isEqualTo(Attributes.EMPTY);
    assertThatThrownBy(call::listener).hasMessageContaining("not been started");
    call.start(listener, new Metadata());
    assertThat(call.isReady()).isTrue();
    assertThat(call.getAttributes()).isSameAs(move.network().getAttributes());
    move.network().ready(false);
    assertThat(call.isReady()).isFalse();
    move.network().listener().onReady();
    assertThat(listener.readyCount()).isEqualTo(1);
    move.network().close(Status.OK);
  }

  @Test
  void repository_not_found_asks_the_server_what_it_serves() {
    move.sent(FIND_COMMIT);
    move.network().close(Status.ALREADY_EXISTS);
    assertThat(FakeEndpoint.isStorageDoubted(sides.networkEndpoint)).isFalse();
    FallbackCall<String, String> call = sides.call(FIND_COMMIT);
    call.start(new RecordingListener(), new Metadata());
    move.network().leave();
    move.network().close(Status.NOT_FOUND);
    assertThat(FakeEndpoint.isStorageDoubted(sides.networkEndpoint)).isTrue();
  }

  @Test
  void cancelled_silence_is_told_to_a_writer_that_could_not_move() {
    // Without a stream a writer may move; it gets one just before the cancel arrives.
    FallbackCall<String, String> call = move.begin(WRITE_REF);
    call.nudge(Nudge.SILENT);
    move.network().leave();
    move.network().close(Status.CANCELLED);
    listener.assertTold("close UNAVAILABLE");
    assertThat(listener.status().getDescription()).contains("whether it ran the call");
  }

  /** How often an end must come to open the breaker: never, or at the tenth, or at once. */
  private void end(Status status, int times) {
    for (int i = 0; i < times; i++) {
      FallbackCall<String, String> call = sides.call(FIND_COMMIT);
      call.start(new RecordingListener(), new Metadata());
      move.network().leave();
      move.network().close(status);
      if (!sides.localChannel.calls().isEmpty()) {
        move.local().close(Status.OK);
        sides.localChannel.calls().clear();
      }
    }
  }

  @Test
  void sick_server_opens_the_breaker_at_the_tenth_failure() {
    end(Status.UNAVAILABLE, 9);
    assertThat(sides.breaker.state()).isEqualTo("CLOSED");
    end(Status.UNAVAILABLE, 1);
    assertThat(sides.breaker.state()).isEqualTo("OPEN");
  }

  @Test
  void success_between_failures_is_told_to_the_breaker() {
    end(Status.UNAVAILABLE, 9);
    end(Status.OK, 30);
    end(Status.UNAVAILABLE, 9);
    assertThat(sides.breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void refused_token_opens_the_breaker_at_once() {
    end(Status.UNAUTHENTICATED, 1);
    assertThat(sides.breaker.state()).isEqualTo("OPEN");
  }

  @Test
  void unknown_method_goes_into_quarantine_and_counts_as_served() {
    end(Status.UNAVAILABLE, 9);
    end(Status.UNIMPLEMENTED, 1);
    assertThat(sides.unknownMethods.holds(FIND_COMMIT.getFullMethodName())).isTrue();
    end(Status.UNAVAILABLE, 9);
    assertThat(sides.breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void failure_that_the_watch_saw_first_is_not_counted_again() {
    for (int i = 0; i < 12; i++) {
      FallbackCall<String, String> call = sides.call(WRITE_REF);
      call.start(new RecordingListener(), new Metadata());
      move.network().leave();
      FakeEndpoint.state(sides.networkEndpoint, EndpointState.SUSPECT);
      FakeEndpoint.state(sides.networkEndpoint, EndpointState.READY);
      move.network().close(Status.UNAVAILABLE);
    }
    assertThat(sides.breaker.isDoubtful()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Nudge.class)
  void cancel_for_a_move_counts_if_the_side_was_slow_or_silent(Nudge why) {
    FallbackCall<String, String> call = move.begin(FIND_COMMIT);
    call.nudge(why);
    move.network().close(Status.CANCELLED);
    move.local().close(Status.OK);
    assertThat(sides.breaker.isDoubtful())
        .isEqualTo(why == Nudge.SILENT || why == Nudge.SHARE_SPENT);
  }

  @Test
  void every_sign_of_life_is_passed_on() {
    move.sent(FIND_COMMIT);
    ClientStreamTracer tracer = move.network().tracer();
    Runnable[] signs = {
      tracer::inboundHeaders,
      () -> tracer.inboundMessage(0),
      () -> tracer.inboundWireSize(1),
      () -> tracer.inboundTrailers(new Metadata())
    };
    for (Runnable sign : signs) {
      long now = sides.now.incrementAndGet();
      sign.run();
      assertThat(FakeEndpoint.heardNanos(sides.networkEndpoint)).isEqualTo(now);
    }
    move.network().close(Status.OK);
  }

  @Test
  void failure_after_the_answer_began_is_the_answer() {
    move.sent(FIND_COMMIT);
    move.network().listener().onHeaders(new Metadata());
    move.network().close(Status.INTERNAL);
    listener.assertTold("headers", "close INTERNAL");
    assertThat(sides.breaker.isDoubtful()).isFalse();
  }

  @Test
  void call_that_failed_to_send_can_still_be_cancelled() {
    FallbackCall<String, String> call = move.sent(CHECK_OBJECTS_EXIST);
    move.network().failSend(new IllegalStateException("broken"));
    assertThatThrownBy(() -> call.sendMessage("b")).hasMessage("broken");
    call.cancel("enough", null);
    assertThat(move.network().heard()).containsExactly("start", "a", "cancel");
    move.network().close(Status.CANCELLED);
    listener.assertTold("close CANCELLED");
  }

  @Test
  void call_that_ends_with_messages_unsent_keeps_none_of_them_and_is_not_nudged_any_more() {
    FakeEndpoint.retire(sides.localEndpoint);
    FallbackCall<String, String> call = move.sent(CHECK_OBJECTS_EXIST);
    call.nudge(Nudge.SILENT);
    call.sendMessage("b");
    move.network().close(Status.CANCELLED);
    listener.assertTold("close UNAVAILABLE");

    FallbackCall<String, String> over = sides.call(FIND_COMMIT);
    over.start(new RecordingListener(), new Metadata());
    move.network().close(Status.OK);
    over.nudge(Nudge.SILENT);
    assertThat(move.network().heard()).containsExactly("start");
  }

  /** The breaker lets five trial calls in. */
  private void beginTrial() {
    sides.breaker.trip();
    sides.now.addAndGet(Duration.ofSeconds(3).toNanos());
  }

  @Test
  void trial_call_that_its_caller_cancels_or_that_cannot_start_gives_its_permit_back() {
    beginTrial();
    for (int i = 0; i < 10; i++) {
      FallbackCall<String, String> call = sides.call(FIND_COMMIT);
      call.start(new RecordingListener(), new Metadata());
      call.cancel("enough", null);
      move.network().close(Status.CANCELLED);
    }
    sides.networkChannel.prepare(call -> call.failStart(new IllegalStateException("broken")));
    for (int i = 0; i < 10; i++) {
      FallbackCall<String, String> call = sides.call(FIND_COMMIT);
      assertThatThrownBy(() -> call.start(listener, new Metadata())).hasMessage("broken");
    }
    assertThat(sides.breaker.state()).isEqualTo("HALF_OPEN");
  }

  @Test
  void first_message_that_names_a_quarantine_is_held_back_and_moves_whatever_it_is() {
    FallbackCall<String, String> call = sides.call(WRITE_REF);
    call.start(listener, new Metadata());
    move.network().leave();
    call.sendMessage(QUARANTINED);
    call.halfClose();
    assertThat(move.network().heard()).containsExactly("start", "cancel");
    move.network().close(Status.CANCELLED);
    assertThat(move.local().heard()).containsExactly("start", QUARANTINED, "half close");
    move.local().close(Status.NOT_FOUND.withDescription("local's own"));
    assertThat(listener.status().getDescription()).isEqualTo("local's own");
    assertThat(sides.recorded)
        .containsExactly("moved git_quarantine after CANCELLED", "ended local NOT_FOUND");
    assertThat(sides.breaker.isDoubtful()).isFalse();
  }

  @Test
  void later_message_is_not_looked_at() {
    FallbackCall<String, String> call = move.sent(CHECK_OBJECTS_EXIST);
    call.sendMessage(QUARANTINED);
    assertThat(move.network().heard()).containsExactly("start", "a", QUARANTINED);
    move.network().close(Status.OK);
  }

  @Test
  void answer_that_crosses_the_hold_is_dropped_for_a_writer_too() {
    FallbackCall<String, String> call = sides.call(SSH_RECEIVE_PACK);
    call.start(listener, new Metadata());
    move.network().leave();
    call.sendMessage(QUARANTINED);
    move.network().listener().onHeaders(new Metadata());
    move.network().close(Status.CANCELLED);
    move.local().close(Status.OK);
    listener.assertTold("close OK");
  }
}
