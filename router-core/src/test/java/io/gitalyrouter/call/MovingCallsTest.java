package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.CHECK_OBJECTS_EXIST;
import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.LIST_REFS;
import static io.gitalyrouter.fixture.GitalyMethods.SSH_RECEIVE_PACK;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.fixture.RecordingListener;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestGitaly.Behaviour;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a moved call looks like from its caller's side, and what both servers get to see of it. */
@Timeout(60)
final class MovingCallsTest {
  private static final Metadata.Key<String> CALL_ID =
      Metadata.Key.of("x-gitlab-correlation-id", Metadata.ASCII_STRING_MARSHALLER);

  private final RecordingListener listener = new RecordingListener();
  private Sides sides;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    sides = new Sides(directory).switchedOn();
  }

  @AfterEach
  void stop() {
    assertThat(sides.meters().get("gitaly.route.replay.bytes").gauge().value())
        .as("bytes kept for replays")
        .isZero();
    sides.close();
  }

  private ClientCall<String, String> begin(MethodDescriptor<String, String> method) {
    return begin(method, CallOptions.DEFAULT);
  }

  private ClientCall<String, String> begin(
      MethodDescriptor<String, String> method, CallOptions options) {
    ClientCall<String, String> call = sides.channel().newCall(method, options);
    Metadata headers = new Metadata();
    headers.put(CALL_ID, "id-1");
    call.start(listener, headers);
    return call;
  }

  /** Takes a number of messages, then ends the call before any answer. */
  private static Behaviour failAfter(int messages, Status status) {
    return (name, call, headers) ->
        new ServerCall.Listener<>() {
          private int seen;

          @Override
          public void onMessage(String message) {
            seen++;
            if (seen == messages) {
              call.close(status, new Metadata());
            } else {
              call.request(1);
            }
          }
        };
  }

  @Test
  void everything_sent_before_the_move_is_sent_again_in_order() {
    sides.network().behave(failAfter(2, Status.UNAVAILABLE));
    ClientCall<String, String> call = begin(CHECK_OBJECTS_EXIST);
    call.request(10);
    call.sendMessage("a");
    call.sendMessage("b");
    await().until(() -> sides.local().calls() == 1);
    call.sendMessage("c");
    call.halfClose();
    listener.assertTold("headers", "local:a", "local:b", "local:c", "close OK");
  }

  @Test
  void call_of_a_running_transaction_stays_with_its_server() {
    ClientCall<String, String> call = sides.channel().newCall(FIND_COMMIT, CallOptions.DEFAULT);
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("relative-path-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {1});
    call.start(listener, headers);
    call.request(2);
    call.sendMessage("a");
    call.halfClose();
    listener.assertTold("headers", "local:a", "close OK");
    assertThat(sides.network().calls()).isZero();
  }

  @Test
  void both_servers_see_the_caller_s_headers_once() {
    sides.network().behave(failAfter(1, Status.UNAVAILABLE));
    ClientCall<String, String> call = begin(FIND_COMMIT);
    call.request(2);
    call.sendMessage("a");
    call.halfClose();
    assertThat(listener.status().isOk()).isTrue();
    assertThat(sides.network().received().get(0).headers().getAll(CALL_ID)).containsExactly("id-1");
    assertThat(sides.local().received().get(0).headers().getAll(CALL_ID)).containsExactly("id-1");
  }

  @Test
  void mutation_that_may_have_run_is_told_to_its_caller_and_runs_nowhere_else() {
    sides.network().behave(failAfter(2, Status.UNAVAILABLE));
    ClientCall<String, String> call = begin(SSH_RECEIVE_PACK);
    call.request(1);
    call.sendMessage("a");
    call.sendMessage("b");
    listener.assertTold("close UNAVAILABLE");
    assertThat(sides.local().calls()).isZero();
  }

  @Test
  void call_that_sent_too_much_is_committed_and_counted() {
    sides.network().behave(failAfter(3, Status.UNAVAILABLE));
    ClientCall<String, String> call = begin(CHECK_OBJECTS_EXIST);
    call.request(1);
    String large = "x".repeat(512 * 1024);
    call.sendMessage(large);
    call.sendMessage(large);
    call.sendMessage(large);
    listener.assertTold("close UNAVAILABLE");
    assertThat(sides.local().calls()).isZero();
    assertThat(sides.meters().get("gitaly.route.early.commits").counter().count()).isEqualTo(1);
  }

  @Test
  void what_was_requested_is_requested_of_the_other_side_and_no_more() {
    sides.network().behave(failAfter(1, Status.UNAVAILABLE));
    sides
        .local()
        .behave(
            (name, call, headers) -> {
              call.sendHeaders(new Metadata());
              for (int i = 1; i <= 5; i++) {
                call.sendMessage("part " + i);
              }
              call.close(Status.OK, new Metadata());
              return new ServerCall.Listener<>() {};
            });
    ClientCall<String, String> call = begin(LIST_REFS);
    call.request(2);
    call.sendMessage("a");
    call.halfClose();
    await().until(() -> listener.told().size() == 3);
    await()
        .during(200, TimeUnit.MILLISECONDS)
        .until(() -> listener.told().equals(java.util.List.of("headers", "part 1", "part 2")));
    call.request(10);
    listener.assertTold("headers", "part 1", "part 2", "part 3", "part 4", "part 5", "close OK");
  }

  @Test
  void caller_s_cancel_ends_the_call_once_and_moves_nothing() {
    sides.network().behave(Behaviour.HANG);
    ClientCall<String, String> call = begin(FIND_COMMIT);
    call.request(2);
    call.sendMessage("a");
    call.halfClose();
    await().until(() -> sides.network().calls() == 1);
    call.cancel("changed my mind", null);
    call.cancel("again", null);
    listener.assertTold("close CANCELLED");
    assertThat(sides.local().calls()).isZero();
    await().until(() -> sides.router().status().networkInFlight() == 0);
  }

  @Test
  void cancelled_context_ends_the_moved_call() {
    sides.network().behave(failAfter(1, Status.UNAVAILABLE));
    sides.local().behave(Behaviour.HANG);
    try (Context.CancellableContext context = Context.current().withCancellation()) {
      context.run(
          () -> {
            ClientCall<String, String> call = begin(FIND_COMMIT);
            call.request(2);
            call.sendMessage("a");
            call.halfClose();
          });
      await().until(() -> sides.local().calls() == 1);
      context.cancel(null);
      listener.assertTold("close CANCELLED");
    }
  }

  @Test
  void deadline_holds_over_both_attempts() {
    sides.network().behave(failAfter(1, Status.UNAVAILABLE));
    sides.local().behave(Behaviour.HANG);
    ClientCall<String, String> call =
        begin(FIND_COMMIT, CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS));
    call.request(2);
    call.sendMessage("a");
    call.halfClose();
    listener.assertTold("close DEADLINE_EXCEEDED");
    assertThat(listener.status().getDescription()).contains("failed: UNAVAILABLE");
  }

  @Test
  void answer_that_began_belongs_to_its_server_to_the_end() {
    sides
        .network()
        .behave(
            (name, call, headers) ->
                new ServerCall.Listener<>() {
                  @Override
                  public void onMessage(String message) {
                    call.sendHeaders(new Metadata());
                    call.sendMessage("network:" + message);
                    call.close(Status.UNAVAILABLE, new Metadata());
                  }
                });
    ClientCall<String, String> call = begin(CHECK_OBJECTS_EXIST);
    call.request(10);
    call.sendMessage("a");
    listener.assertTold("headers", "network:a", "close UNAVAILABLE");
    assertThat(sides.local().calls()).isZero();
  }

  /** Begins to answer, and dies before the end. */
  private static Behaviour dieAfter(String... messages) {
    return (name, call, headers) ->
        new ServerCall.Listener<>() {
          @Override
          public void onHalfClose() {
            call.sendHeaders(new Metadata());
            for (String message : messages) {
              call.sendMessage(message);
            }
            call.close(Status.UNAVAILABLE, new Metadata());
          }
        };
  }

  @Test
  void unary_answer_that_was_cut_before_its_end_was_never_there() {
    sides.network().behave(dieAfter("half the truth"));
    ClientCall<String, String> call = begin(FIND_COMMIT);
    call.request(2);
    call.sendMessage("a");
    call.halfClose();
    listener.assertTold("headers", "local:a", "close OK");
  }

  @Test
  void stream_that_was_cut_before_its_first_message_was_never_there() {
    sides.network().behave(dieAfter());
    ClientCall<String, String> call = begin(LIST_REFS);
    call.request(10);
    call.sendMessage("a");
    call.halfClose();
    listener.assertTold("headers", "local:a", "close OK");
  }

  @Test
  void stream_that_was_cut_after_its_first_message_is_told_as_it_is() {
    sides.network().behave(dieAfter("one"));
    ClientCall<String, String> call = begin(LIST_REFS);
    call.request(10);
    call.sendMessage("a");
    call.halfClose();
    listener.assertTold("headers", "one", "close UNAVAILABLE");
    assertThat(sides.local().calls()).isZero();
  }

  @Test
  void mutation_whose_answer_was_cut_is_told_as_it_is() {
    sides.network().behave(dieAfter("done"));
    ClientCall<String, String> call = begin(WRITE_REF);
    call.request(2);
    call.sendMessage("a");
    call.halfClose();
    listener.assertTold("headers", "done", "close UNAVAILABLE");
    assertThat(sides.local().calls()).isZero();
  }

  @Test
  void direct_executor_and_wait_for_ready_work_over_a_move() {
    sides.network().behave(failAfter(1, Status.UNAVAILABLE));
    ClientCall<String, String> call =
        begin(FIND_COMMIT, CallOptions.DEFAULT.withExecutor(Runnable::run).withWaitForReady());
    call.request(2);
    call.sendMessage("a");
    call.halfClose();
    listener.assertTold("headers", "local:a", "close OK");
  }

  @Test
  void message_size_limits_of_the_caller_hold_on_both_sides() {
    sides.network().behave(failAfter(1, Status.UNAVAILABLE));
    ClientCall<String, String> call =
        begin(FIND_COMMIT, CallOptions.DEFAULT.withMaxInboundMessageSize(16));
    call.request(2);
    call.sendMessage("a".repeat(64));
    call.halfClose();
    assertThat(listener.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void killed_connection_moves_readers_and_tells_writers() {
    sides.network().behave(Behaviour.HANG);
    RecordingListener writer = new RecordingListener();
    ClientCall<String, String> reading = begin(FIND_COMMIT);
    reading.request(2);
    reading.sendMessage("a");
    reading.halfClose();
    ClientCall<String, String> writing = sides.channel().newCall(WRITE_REF, CallOptions.DEFAULT);
    writing.start(writer, new Metadata());
    writing.request(2);
    writing.sendMessage("b");
    writing.halfClose();
    await().until(() -> sides.network().calls() == 2);
    sides.network().kill();
    listener.assertTold("headers", "local:a", "close OK");
    assertThat(writer.status().getCode())
        .as("a stopping server resets its streams, or its connection")
        .isIn(Status.Code.UNAVAILABLE, Status.Code.CANCELLED);
    assertThat(sides.local().calls()).isEqualTo(1);
  }
}
