package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.CHECK_OBJECTS_EXIST;
import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.LIST_REFS;
import static io.gitalyrouter.fixture.GitalyMethods.SSH_RECEIVE_PACK;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static io.gitalyrouter.fixture.WireBytes.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.fixture.RecordingListener;
import io.gitalyrouter.fixture.ScriptedCall;
import io.gitalyrouter.transport.FakeEndpoint;
import io.gitalyrouter.transport.WatchedCall.Nudge;
import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call between two scripted sides: what each side hears, what the caller and the recorder do. */
final class FallbackCallTest {
  private static final Metadata.Key<String> ID =
      Metadata.Key.of("id", Metadata.ASCII_STRING_MARSHALLER);

  private static final String QUARANTINED = field(1, field(4, "objects/incoming-1"));

  private final FakeSides sides = new FakeSides();
  private final RecordingListener listener = new RecordingListener();
  private final Metadata headers = new Metadata();

  @AfterEach
  void nothing_is_left() {
    assertThat(sides.networkEndpoint.inFlight()).as("network leases").isZero();
    assertThat(sides.localEndpoint.inFlight()).as("local leases").isZero();
    assertThat(sides.budget.retainedBytes()).as("bytes kept").isZero();
    assertThat(FakeEndpoint.watchedCalls(sides.networkEndpoint)).as("watched calls").isZero();
  }

  /** A call that is started, asked for two messages, and has sent one. */
  private FallbackCall<String, String> begin(MethodDescriptor<String, String> method) {
    FallbackCall<String, String> call = sides.call(method);
    headers.put(ID, "1");
    call.start(listener, headers);
    call.request(2);
    call.sendMessage("a");
    return call;
  }

  /** As above, and its headers have left. */
  private FallbackCall<String, String> sent(MethodDescriptor<String, String> method) {
    FallbackCall<String, String> call = begin(method);
    network().leave();
    return call;
  }

  private ScriptedCall network() {
    return sides.networkChannel.last();
  }

  private ScriptedCall local() {
    return sides.localChannel.last();
  }

  private static void answer(ScriptedCall call, String message) {
    call.listener().onHeaders(new Metadata());
    call.listener().onMessage(message);
  }

  private void answerLocally() {
    answer(local(), "local");
    local().close(Status.OK);
  }

  @Test
  void unary_answer_waits_for_its_end() {
    sent(FIND_COMMIT).halfClose();
    answer(network(), "n");
    assertThat(listener.told()).isEmpty();
    network().close(Status.OK);
    listener.assertTold("headers", "n", "close OK");
    assertThat(network().heard()).containsExactly("start", "a", "half close");
    assertThat(network().requested()).isEqualTo(2);
    assertThat(network().headers().getAll(ID)).containsExactly("1");
    assertThat(network().headers()).as("grpc writes into it").isNotSameAs(headers);
    assertThat(sides.recorded).containsExactly("ended network OK");
  }

  @Test
  void headers_of_a_stream_wait_for_its_first_message() {
    sent(LIST_REFS).halfClose();
    network().listener().onHeaders(new Metadata());
    assertThat(listener.told()).isEmpty();
    network().listener().onMessage("n1");
    network().listener().onMessage("n2");
    assertThat(listener.told()).containsExactly("headers", "n1", "n2");
    network().close(Status.UNAVAILABLE);
    listener.assertTold("headers", "n1", "n2", "close UNAVAILABLE");
    assertThat(sides.localChannel.calls()).isEmpty();
  }

  @Test
  void caller_that_streams_gets_the_headers_at_once_and_speaks_past_the_carrier() {
    FallbackCall<String, String> call = sent(CHECK_OBJECTS_EXIST);
    network().listener().onHeaders(new Metadata());
    assertThat(listener.told()).containsExactly("headers");
    assertThat(FakeEndpoint.watchedCalls(sides.networkEndpoint)).isZero();
    assertThat(sides.budget.retainedBytes()).isZero();
    call.setMessageCompression(true);
    call.sendMessage("b");
    FakeEndpoint.nudgeAll(sides.networkEndpoint, Nudge.SILENT);
    call.halfClose();
    assertThat(network().heard())
        .containsExactly("start", "a", "compression true", "b", "half close");
    network().close(Status.OK);
    listener.assertTold("headers", "close OK");
  }

  @Test
  void call_moves_with_all_it_sent_and_the_held_answer_is_dropped() {
    FallbackCall<String, String> call = sides.call(FIND_COMMIT);
    headers.put(ID, "1");
    call.start(listener, headers);
    call.request(2);
    call.setMessageCompression(false);
    call.sendMessage("a");
    call.halfClose();
    network().leave();
    network().headers().put(ID, "grpc's own");
    answer(network(), "half");
    network().close(Status.UNAVAILABLE);
    assertThat(listener.told()).isEmpty();
    assertThat(local().heard()).containsExactly("start", "compression false", "a", "half close");
    assertThat(local().requested()).isEqualTo(2);
    assertThat(local().headers().getAll(ID)).containsExactly("1");
    assertThat(sides.networkEndpoint.inFlight()).isZero();
    answerLocally();
    listener.assertTold("headers", "local", "close OK");
    assertThat(sides.recorded).containsExactly("moved failed after UNAVAILABLE", "ended local OK");
  }

  @Test
  void moved_call_goes_on_with_its_new_side() {
    FallbackCall<String, String> call = sent(CHECK_OBJECTS_EXIST);
    network().close(Status.UNAVAILABLE);
    call.request(3);
    call.sendMessage("b");
    call.halfClose();
    assertThat(local().heard()).containsExactly("start", "a", "b", "half close");
    assertThat(local().requested()).isEqualTo(5);
    assertThat(network().requested()).isEqualTo(2);
    local().listener().onReady();
    assertThat(listener.readyCount()).isEqualTo(1);
    answerLocally();
    listener.assertTold("headers", "local", "close OK");
  }

  @Test
  void both_sides_failing_gives_local_s_status_and_says_what_happened_before() {
    sent(FIND_COMMIT);
    network().close(Status.UNAVAILABLE.withDescription("gone"));
    local().close(Status.NOT_FOUND.withDescription("no such repository"));
    assertThat(listener.status().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(listener.status().getDescription())
        .startsWith("no such repository")
        .contains("tcp://file01:9999")
        .endsWith("failed: UNAVAILABLE: gone");
  }

  @Test
  void failure_without_a_text_is_told_without_one() {
    sent(FIND_COMMIT);
    network().close(Status.UNAVAILABLE);
    local().close(Status.INTERNAL);
    assertThat(listener.status().getDescription()).endsWith("failed: UNAVAILABLE");
  }

  @Test
  void writer_that_left_is_told_and_one_that_did_not_leave_moves() {
    sent(WRITE_REF);
    network().close(Status.UNAVAILABLE);
    listener.assertTold("close UNAVAILABLE");
    assertThat(sides.localChannel.calls()).isEmpty();

    RecordingListener other = new RecordingListener();
    sides.call(WRITE_REF).start(other, new Metadata());
    network().close(Status.UNAVAILABLE);
    local().close(Status.OK);
    other.assertTold("close OK");
    assertThat(sides.recorded)
        .containsExactly(
            "ended network UNAVAILABLE", "moved never_left after UNAVAILABLE", "ended local OK");
  }

  @Test
  void no_local_side_left_is_the_network_s_status() {
    FakeEndpoint.retire(sides.localEndpoint);
    sent(FIND_COMMIT);
    answer(network(), "half");
    network().close(Status.UNAVAILABLE.withDescription("gone"));
    listener.assertTold("headers", "half", "close UNAVAILABLE");
    assertThat(listener.status().getDescription()).isEqualTo("gone");
  }

  @Test
  void call_committed_while_the_local_attempt_is_made_gives_its_lease_back_and_is_told() {
    FallbackCall<String, String> call = sent(CHECK_OBJECTS_EXIST);
    sides.localChannel.prepare(made -> call.sendMessage("x".repeat(101)));
    network().close(Status.UNAVAILABLE.withDescription("gone"));
    assertThat(local().heard()).as("never started").isEmpty();
    listener.assertTold("close UNAVAILABLE");
    assertThat(listener.status().getDescription()).isEqualTo("gone");
    assertThat(sides.recorded).containsExactly("committed early", "ended network UNAVAILABLE");
  }

  @Test
  void call_cancelled_while_the_local_attempt_is_made_ends_cancelled() {
    FallbackCall<String, String> call = sent(CHECK_OBJECTS_EXIST);
    sides.localChannel.prepare(made -> call.cancel("enough", null));
    network().close(Status.UNAVAILABLE);
    listener.assertTold("close CANCELLED");
    assertThat(local().heard()).isEmpty();
  }

  @Test
  void silent_side_loses_its_reader() {
    FallbackCall<String, String> call = sent(FIND_COMMIT);
    call.nudge(Nudge.SILENT);
    call.nudge(Nudge.SHARE_SPENT);
    call.sendMessage("b");
    assertThat(network().heard()).containsExactly("start", "a", "cancel");
    network().close(Status.CANCELLED);
    assertThat(local().heard()).containsExactly("start", "a", "b");
    answerLocally();
    listener.assertTold("headers", "local", "close OK");
    assertThat(sides.recorded).containsExactly("moved silent after CANCELLED", "ended local OK");
  }

  @Test
  void spent_share_is_named_as_the_cause() {
    FallbackCall<String, String> call =
        new FallbackCall<>(sides.plan(FIND_COMMIT, /* shareEndsNanos= */ 100), Context.ROOT);
    call.start(listener, new Metadata());
    network().leave();
    FakeEndpoint.age(sides.networkEndpoint, 99);
    assertThat(network().heard()).containsExactly("start");
    FakeEndpoint.age(sides.networkEndpoint, 100);
    assertThat(network().heard()).containsExactly("start", "cancel");
    network().close(Status.CANCELLED);
    assertThat(sides.recorded).containsExactly("moved share_spent after CANCELLED");
    local().close(Status.OK);
  }

  @Test
  void call_without_a_deadline_has_no_share_to_spend() {
    sent(FIND_COMMIT);
    FakeEndpoint.age(sides.networkEndpoint, Long.MAX_VALUE);
    assertThat(network().heard()).containsExactly("start", "a");
    network().close(Status.OK);
  }

  @Test
  void writer_with_a_stream_is_not_cancelled_and_one_without_moves() {
    FallbackCall<String, String> call = begin(WRITE_REF);
    ClientStreamTracer tracer = network().tracer();
    tracer.streamCreated(Attributes.EMPTY, new Metadata());
    call.nudge(Nudge.SILENT);
    call.nudge(Nudge.DISCONNECTED);
    assertThat(network().heard()).containsExactly("start", "a");
    network().close(Status.OK);

    FallbackCall<String, String> queued = sides.call(WRITE_REF);
    queued.start(new RecordingListener(), new Metadata());
    queued.nudge(Nudge.DISCONNECTED);
    network().close(Status.CANCELLED);
    assertThat(local().heard()).containsExactly("start");
    local().close(Status.OK);
    assertThat(sides.recorded)
        .containsExactly("ended network OK", "moved never_left after CANCELLED", "ended local OK");
  }

  @Test
  void reader_with_a_stream_outlives_the_loss_of_another_connection() {
    FallbackCall<String, String> call = sent(FIND_COMMIT);
    call.nudge(Nudge.DISCONNECTED);
    assertThat(network().heard()).containsExactly("start", "a");
    network().close(Status.OK);
  }

  @Test
  void answer_that_crosses_the_move_is_dropped_and_the_call_moves() {
    FallbackCall<String, String> call = sent(LIST_REFS);
    network().listener().onHeaders(new Metadata());
    call.nudge(Nudge.SILENT);
    network().listener().onMessage("cut off");
    network().listener().onReady();
    network().listener().onMessage("more");
    network().close(Status.OK);
    assertThat(listener.readyCount()).isZero();
    answerLocally();
    listener.assertTold("headers", "local", "close OK");
    assertThat(sides.recorded).containsExactly("moved silent after CANCELLED", "ended local OK");
  }

  @Test
  void whole_unary_answer_that_crosses_the_move_is_told() {
    FallbackCall<String, String> call = sent(FIND_COMMIT);
    answer(network(), "n");
    call.nudge(Nudge.SILENT);
    network().close(Status.OK);
    listener.assertTold("headers", "n", "close OK");
  }

  @Test
  void endpoint_that_is_silent_or_lost_at_the_start_nudges_at_once() {
    FakeEndpoint.state(sides.networkEndpoint, EndpointState.SUSPECT);
    sides.networkChannel.prepare(ScriptedCall::leave);
    sides.call(FIND_COMMIT).start(listener, new Metadata());
    assertThat(network().heard()).containsExactly("start", "cancel");
    network().close(Status.CANCELLED);
    local().close(Status.OK);
    listener.assertTold("close OK");
  }

  @Test
  void caller_s_cancel_is_told_once_with_its_text() {
    FallbackCall<String, String> call = sent(FIND_COMMIT);
    IllegalStateException cause = new IllegalStateException("why");
    call.cancel("enough", cause);
    call.cancel("again", null);
    assertThat(network().heard()).containsExactly("start", "a", "cancel");
    network().close(Status.CANCELLED.withDescription("grpc's text"));
    listener.assertTold("close CANCELLED");
    assertThat(listener.status().getDescription()).isEqualTo("enough");
    assertThat(listener.status().getCause()).isSameAs(cause);
    assertThat(sides.recorded).containsExactly("ended network CANCELLED");
  }

  @Test
  void cancel_without_a_text_says_who_cancelled() {
    FallbackCall<String, String> call = sent(FIND_COMMIT);
    call.cancel(null, null);
    network().close(Status.CANCELLED);
    assertThat(listener.status().getDescription()).isEqualTo("cancelled by the caller");
  }

  @Test
  void cancel_after_the_whole_answer_changes_nothing() {
    FallbackCall<String, String> call = sent(FIND_COMMIT);
    answer(network(), "n");
    call.cancel("late", null);
    network().close(Status.OK);
    listener.assertTold("headers", "n", "close OK");
  }

  @Test
  void cancel_after_a_nudge_cancels_no_second_time_and_moves_nothing() {
    FallbackCall<String, String> call = sent(FIND_COMMIT);
    call.nudge(Nudge.SILENT);
    call.cancel("enough", null);
    assertThat(network().heard()).containsExactly("start", "a", "cancel");
    network().close(Status.CANCELLED);
    listener.assertTold("close CANCELLED");
    assertThat(sides.localChannel.calls()).isEmpty();
  }

  @Test
  void cancelled_context_moves_nothing() {
    Context.CancellableContext context = Context.ROOT.withCancellation();
    FallbackCall<String, String> call =
        new FallbackCall<>(sides.plan(FIND_COMMIT, /* shareEndsNanos= */ 0), context);
    call.start(listener, new Metadata());
    network().leave();
    context.cancel(null);
    network().close(Status.CANCELLED);
    listener.assertTold("close CANCELLED");
  }

  @Test
  void stream_that_the_server_resets_moves_as_its_connection_s_loss_does() {
    sent(FIND_COMMIT);
    network().close(Status.CANCELLED);
    assertThat(local().heard()).containsExactly("start", "a");
    local().close(Status.OK);
    assertThat(sides.breaker.isDoubtful()).as("counts as a failure").isTrue();
  }

  @Test
  void call_that_cannot_start_gives_everything_back() {
    sides.networkChannel.prepare(call -> call.failStart(new IllegalStateException("broken")));
    FallbackCall<String, String> call = sides.call(FIND_COMMIT);
    assertThatThrownBy(() -> call.start(listener, new Metadata())).hasMessage("broken");
    assertThat(sides.recorded).containsExactly("ended network INTERNAL");
    FakeEndpoint.nudgeAll(sides.networkEndpoint, Nudge.SILENT);
    assertThat(network().heard()).as("nobody watches it").isEmpty();
    assertThat(sides.breaker.isDoubtful()).isFalse();
  }

  @Test
  void too_much_sent_commits_and_is_counted_once() {
    FallbackCall<String, String> call = sent(CHECK_OBJECTS_EXIST);
    call.sendMessage("x".repeat(100));
    call.sendMessage("b");
    assertThat(FakeEndpoint.watchedCalls(sides.networkEndpoint)).isZero();
    FakeEndpoint.nudgeAll(sides.networkEndpoint, Nudge.SILENT);
    assertThat(network().heard()).containsExactly("start", "a", "x".repeat(100), "b");
    network().close(Status.UNAVAILABLE);
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
    assertThat(call.getAttributes()).isSameAs(network().getAttributes());
    network().ready(false);
    assertThat(call.isReady()).isFalse();
    network().listener().onReady();
    assertThat(listener.readyCount()).isEqualTo(1);
    network().close(Status.OK);
  }

  @Test
  void repository_not_found_asks_the_server_what_it_serves() {
    sent(FIND_COMMIT);
    network().close(Status.ALREADY_EXISTS);
    assertThat(FakeEndpoint.isStorageDoubted(sides.networkEndpoint)).isFalse();
    FallbackCall<String, String> call = sides.call(FIND_COMMIT);
    call.start(new RecordingListener(), new Metadata());
    network().leave();
    network().close(Status.NOT_FOUND);
    assertThat(FakeEndpoint.isStorageDoubted(sides.networkEndpoint)).isTrue();
  }

  @Test
  void cancelled_silence_is_told_to_a_writer_that_could_not_move() {
    // Without a stream a writer may move; it gets one just before the cancel arrives.
    FallbackCall<String, String> call = begin(WRITE_REF);
    call.nudge(Nudge.SILENT);
    network().leave();
    network().close(Status.CANCELLED);
    listener.assertTold("close UNAVAILABLE");
    assertThat(listener.status().getDescription()).contains("whether it ran the call");
  }

  /** How often an end must come to open the breaker: never, or at the tenth, or at once. */
  private void end(Status status, int times) {
    for (int i = 0; i < times; i++) {
      FallbackCall<String, String> call = sides.call(FIND_COMMIT);
      call.start(new RecordingListener(), new Metadata());
      network().leave();
      network().close(status);
      if (!sides.localChannel.calls().isEmpty()) {
        local().close(Status.OK);
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
      network().leave();
      FakeEndpoint.state(sides.networkEndpoint, EndpointState.SUSPECT);
      FakeEndpoint.state(sides.networkEndpoint, EndpointState.READY);
      network().close(Status.UNAVAILABLE);
    }
    assertThat(sides.breaker.isDoubtful()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Nudge.class)
  void cancel_for_a_move_counts_if_the_side_was_slow_or_silent(Nudge why) {
    FallbackCall<String, String> call = begin(FIND_COMMIT);
    call.nudge(why);
    network().close(Status.CANCELLED);
    local().close(Status.OK);
    assertThat(sides.breaker.isDoubtful())
        .isEqualTo(why == Nudge.SILENT || why == Nudge.SHARE_SPENT);
  }

  @Test
  void every_sign_of_life_is_passed_on() {
    sent(FIND_COMMIT);
    ClientStreamTracer tracer = network().tracer();
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
    network().close(Status.OK);
  }

  @Test
  void failure_after_the_answer_began_is_the_answer() {
    sent(FIND_COMMIT);
    network().listener().onHeaders(new Metadata());
    network().close(Status.INTERNAL);
    listener.assertTold("headers", "close INTERNAL");
    assertThat(sides.breaker.isDoubtful()).isFalse();
  }

  @Test
  void call_that_failed_to_send_can_still_be_cancelled() {
    FallbackCall<String, String> call = sent(CHECK_OBJECTS_EXIST);
    network().failSend(new IllegalStateException("broken"));
    assertThatThrownBy(() -> call.sendMessage("b")).hasMessage("broken");
    call.cancel("enough", null);
    assertThat(network().heard()).containsExactly("start", "a", "cancel");
    network().close(Status.CANCELLED);
    listener.assertTold("close CANCELLED");
  }

  @Test
  void call_that_ends_with_messages_unsent_keeps_none_of_them_and_is_not_nudged_any_more() {
    FakeEndpoint.retire(sides.localEndpoint);
    FallbackCall<String, String> call = sent(CHECK_OBJECTS_EXIST);
    call.nudge(Nudge.SILENT);
    call.sendMessage("b");
    network().close(Status.CANCELLED);
    listener.assertTold("close UNAVAILABLE");

    FallbackCall<String, String> over = sides.call(FIND_COMMIT);
    over.start(new RecordingListener(), new Metadata());
    network().close(Status.OK);
    over.nudge(Nudge.SILENT);
    assertThat(network().heard()).containsExactly("start");
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
      network().close(Status.CANCELLED);
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
    network().leave();
    call.sendMessage(QUARANTINED);
    call.halfClose();
    assertThat(network().heard()).containsExactly("start", "cancel");
    network().close(Status.CANCELLED);
    assertThat(local().heard()).containsExactly("start", QUARANTINED, "half close");
    local().close(Status.NOT_FOUND.withDescription("local's own"));
    assertThat(listener.status().getDescription()).isEqualTo("local's own");
    assertThat(sides.recorded)
        .containsExactly("moved git_quarantine after CANCELLED", "ended local NOT_FOUND");
    assertThat(sides.breaker.isDoubtful()).isFalse();
  }

  @Test
  void later_message_is_not_looked_at() {
    FallbackCall<String, String> call = sent(CHECK_OBJECTS_EXIST);
    call.sendMessage(QUARANTINED);
    assertThat(network().heard()).containsExactly("start", "a", QUARANTINED);
    network().close(Status.OK);
  }

  @Test
  void answer_that_crosses_the_hold_is_dropped_for_a_writer_too() {
    FallbackCall<String, String> call = sides.call(SSH_RECEIVE_PACK);
    call.start(listener, new Metadata());
    network().leave();
    call.sendMessage(QUARANTINED);
    network().listener().onHeaders(new Metadata());
    network().close(Status.CANCELLED);
    local().close(Status.OK);
    listener.assertTold("close OK");
  }
}
