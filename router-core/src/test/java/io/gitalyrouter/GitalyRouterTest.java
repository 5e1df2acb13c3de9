package io.gitalyrouter;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.LIST_REFS;
import static io.gitalyrouter.fixture.GitalyMethods.SIDECHANNEL;
import static io.gitalyrouter.fixture.GitalyMethods.UPDATE_HOOK;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestGitaly.Behaviour;
import io.gitalyrouter.route.Route;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class GitalyRouterTest {
  private Sides sides;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    sides = new Sides(directory);
  }

  @AfterEach
  void stop() {
    sides.close();
  }

  @Test
  void role_off_is_served_locally_and_the_network_side_stays_dark() {
    for (int i = 0; i < 50; i++) {
      assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    }
    assertThat(sides.network().connections()).isZero();
    assertThat(sides.network().calls()).isZero();
    assertThat(sides.router().status().storages().get(0).networkState())
        .isEqualTo(EndpointState.DARK);
  }

  @Test
  void role_on_is_served_by_the_network_side_once_it_is_ready() {
    sides.switchedOn();
    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("network:a");
    assertThat(sides.call(WRITE_REF, "b")).isEqualTo("network:b");
    assertThat(sides.local().calls()).isZero();
  }

  @Test
  void role_off_again_drains_and_closes_the_network_connection() {
    sides.switchedOn();
    sides.call(FIND_COMMIT, "a");
    sides.router().apply(sides.table(0));
    assertThat(sides.call(FIND_COMMIT, "b")).isEqualTo("local:b");
    await().atMost(5, TimeUnit.SECONDS).until(() -> sides.network().openConnections() == 0);
    assertThat(sides.router().status().networkInFlight()).isZero();
    assertThat(sides.router().status().endpoints()).hasSize(1);
  }

  @Test
  void running_network_call_outlives_the_toggle_and_is_counted_until_it_ends() {
    sides.switchedOn();
    sides.network().behave(Behaviour.HANG);
    var running =
        ClientCalls.futureUnaryCall(sides.channel().newCall(WRITE_REF, CallOptions.DEFAULT), "a");
    await().until(() -> sides.network().calls() == 1);
    sides.router().apply(sides.table(0));
    assertThat(sides.router().status().networkInFlight()).isEqualTo(1);
    assertThat(sides.router().status().endpoints())
        .anyMatch(e -> e.network() && e.state() == EndpointState.DRAINING);
    running.cancel(/* mayInterruptIfRunning= */ true);
    await().until(() -> sides.router().status().networkInFlight() == 0);
    await().until(() -> sides.network().openConnections() == 0);
  }

  @Test
  void killed_network_side_fails_no_call_and_serves_again_after_its_return() throws Exception {
    sides.switchedOn();
    sides.network().kill();
    for (int i = 0; i < 20; i++) {
      assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
      assertThat(sides.call(WRITE_REF, "b")).isEqualTo("local:b");
    }
    sides.network().start();
    sides.awaitRouted();
    assertThat(sides.call(FIND_COMMIT, "c")).isEqualTo("network:c");
  }

  @Test
  void unavailable_answer_is_told_to_a_writer_and_moves_a_reader() {
    sides.switchedOn();
    sides.network().behave(Behaviour.failing(Status.UNAVAILABLE.withDescription("planned")));
    assertThatThrownBy(() -> sides.call(WRITE_REF, "a"))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("UNAVAILABLE: planned");
    assertThat(sides.call(FIND_COMMIT, "b")).isEqualTo("local:b");
    assertThat(sides.local().received())
        .extracting(r -> r.method())
        .containsExactly(FIND_COMMIT.getFullMethodName());
  }

  @Test
  void writer_is_not_sent_where_a_call_failed_lately() {
    sides.switchedOn();
    sides.network().behave(Behaviour.failing(Status.INTERNAL.withDescription("planned")));
    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    assertThat(sides.call(WRITE_REF, "b")).isEqualTo("local:b");
    assertThat(sides.network().calls()).isEqualTo(1);
  }

  @Test
  void refusal_at_the_door_moves_a_writer_too() {
    sides.switchedOn();
    sides.network().behave(Behaviour.failing(Status.UNIMPLEMENTED));
    assertThat(sides.call(WRITE_REF, "a")).isEqualTo("local:a");
  }

  @Test
  void unknown_method_goes_local_by_itself_and_the_others_stay() {
    sides.switchedOn();
    sides.network().behave(Behaviour.failing(Status.UNIMPLEMENTED));
    assertThat(sides.call(WRITE_REF, "a")).isEqualTo("local:a");
    sides.network().behave(Behaviour.ECHO);
    assertThat(sides.call(WRITE_REF, "b")).isEqualTo("local:b");
    assertThat(sides.call(FIND_COMMIT, "c")).isEqualTo("network:c");
    assertThat(sides.network().calls()).isEqualTo(2);
    assertThat(sides.router().status().storages().get(0).breaker()).contains("CLOSED");
  }

  @Test
  void wrong_token_trips_the_breaker_at_once() {
    sides.switchedOn();
    sides.network().behave(Behaviour.failing(Status.UNAUTHENTICATED));
    assertThat(sides.call(WRITE_REF, "a")).isEqualTo("local:a");
    assertThat(sides.call(FIND_COMMIT, "b")).isEqualTo("local:b");
    assertThat(sides.network().calls()).isEqualTo(1);
    assertThat(sides.router().status().storages().get(0).breaker()).contains("OPEN");
  }

  @Test
  void application_errors_reach_the_caller_and_trip_nothing() {
    sides.switchedOn();
    sides
        .network()
        .behave(Behaviour.failing(Status.NOT_FOUND.withDescription("tree entry not found")));
    for (int i = 0; i < 60; i++) {
      assertThatThrownBy(() -> sides.call(FIND_COMMIT, "a")).hasMessageContaining("NOT_FOUND");
    }
    assertThat(sides.local().calls()).isZero();
    assertThat(sides.router().status().storages().get(0).breaker()).contains("CLOSED");
  }

  @Test
  void both_sides_failing_gives_the_local_status_and_tells_of_the_network() {
    sides.switchedOn();
    sides.network().behave(Behaviour.failing(Status.UNAVAILABLE.withDescription("planned")));
    sides.local().behave(Behaviour.failing(Status.INTERNAL.withDescription("local trouble")));
    assertThatThrownBy(() -> sides.call(FIND_COMMIT, "a"))
        .hasMessageContaining("INTERNAL: local trouble")
        .hasMessageContaining("UNAVAILABLE: planned");
  }

  @Test
  void server_stream_that_began_is_never_moved() {
    sides.switchedOn();
    sides
        .network()
        .behave(
            (name, call, headers) -> {
              call.sendHeaders(new io.grpc.Metadata());
              call.sendMessage("first");
              call.close(Status.UNAVAILABLE.withDescription("cut"), new io.grpc.Metadata());
              return new io.grpc.ServerCall.Listener<>() {};
            });
    List<String> seen = new ArrayList<>();
    var answers =
        ClientCalls.blockingServerStreamingCall(
            sides.channel(), LIST_REFS, CallOptions.DEFAULT, "a");
    assertThatThrownBy(() -> answers.forEachRemaining(seen::add)).hasMessageContaining("cut");
    assertThat(seen).containsExactly("first");
    assertThat(sides.local().calls()).isZero();
  }

  @Test
  void server_stream_that_had_not_begun_is_replayed_whole() {
    sides.switchedOn();
    sides.network().behave(Behaviour.failing(Status.UNAVAILABLE));
    var answers =
        ClientCalls.blockingServerStreamingCall(
            sides.channel(), LIST_REFS, CallOptions.DEFAULT, "a");
    List<String> seen = new ArrayList<>();
    answers.forEachRemaining(seen::add);
    assertThat(seen).containsExactly("local:a");
  }

  @Test
  void hooks_stay_local_and_side_channel_calls_are_refused_with_advice() {
    sides.switchedOn();
    var answers =
        ClientCalls.blockingServerStreamingCall(
            sides.channel(), UPDATE_HOOK, CallOptions.DEFAULT, "a");
    assertThat(answers.next()).isEqualTo("local:a");
    assertThatThrownBy(() -> sides.call(SIDECHANNEL, "a"))
        .hasMessageContaining("UNIMPLEMENTED")
        .hasMessageContaining("needs a side channel");
    assertThat(sides.network().calls()).isZero();
  }

  @Test
  void kill_switch_forces_local_and_lets_go_again() {
    sides.switchedOn();
    sides.router().forceLocal("drill");
    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    assertThat(sides.router().status().forcedLocal()).contains("drill");
    sides.router().resume();
    assertThat(sides.call(FIND_COMMIT, "b")).isEqualTo("network:b");
  }

  @Test
  void call_option_overrides_the_role() {
    sides.switchedOn();
    CallOptions local = CallOptions.DEFAULT.withOption(GitalyRouter.ROUTE, Route.LOCAL);
    assertThat(sides.call(FIND_COMMIT, "a", local)).isEqualTo("local:a");
    sides.router().apply(sides.table(0));
    CallOptions network = CallOptions.DEFAULT.withOption(GitalyRouter.ROUTE, Route.NETWORK);
    assertThat(sides.call(FIND_COMMIT, "b", network)).isEqualTo("local:b");
  }

  @Test
  void silent_network_side_moves_its_readers_within_three_seconds() throws Exception {
    sides.switchedOn();
    sides.network().behave(Behaviour.HANG);
    long start = System.nanoTime();
    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(3000);
    assertThat(sides.call(WRITE_REF, "b")).as("suspect: local at once").isEqualTo("local:b");
    sides.network().behave(Behaviour.ECHO);
    sides.awaitRouted();
    assertThat(sides.call(FIND_COMMIT, "c")).isEqualTo("network:c");
  }

  @Test
  void writers_that_a_silent_side_let_time_out_trip_no_breaker_when_it_is_back() {
    sides.switchedOn();
    sides.network().behave(Behaviour.HANG);
    List<ListenableFuture<String>> writers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      writers.add(
          ClientCalls.futureUnaryCall(
              sides
                  .channel()
                  .newCall(WRITE_REF, CallOptions.DEFAULT.withDeadlineAfter(4, TimeUnit.SECONDS)),
              "a"));
    }
    sides.awaitNetwork(EndpointState.SUSPECT);
    sides.network().behave(Behaviour.ECHO);
    sides.awaitRouted();
    await().until(() -> writers.stream().allMatch(ListenableFuture::isDone));
    await().until(() -> sides.router().status().networkInFlight() == 0);
    assertThat(sides.router().status().storages().get(0).breaker()).contains("CLOSED");
    assertThat(sides.call(FIND_COMMIT, "b")).isEqualTo("network:b");
  }

  @Test
  void spent_share_of_the_deadline_leaves_time_for_the_local_side() {
    sides.switchedOn();
    sides.network().behave(Behaviour.HANG);
    String answer =
        ClientCalls.blockingUnaryCall(
            sides.channel(),
            FIND_COMMIT,
            CallOptions.DEFAULT.withDeadlineAfter(800, TimeUnit.MILLISECONDS),
            "a");
    assertThat(answer).isEqualTo("local:a");
  }

  @Test
  void side_with_other_files_is_never_routed_to_until_the_share_is_back() {
    sides.network().mount("fs-2");
    sides.router().apply(sides.table(100));
    sides.awaitNetwork(EndpointState.READY);
    await()
        .untilAsserted(
            () ->
                assertThat(sides.router().status().storages().get(0).obstacle().orElse(""))
                    .contains("fs-1 (local), fs-2 (network)"));
    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    assertThat(sides.network().calls()).isZero();
    assertThat(sides.events())
        .anyMatch(e -> e instanceof RouterEvent.StorageChecked c && c.result().equals("DIFFERENT"));

    sides.network().mount("fs-1");
    sides.network().kill();
    startAgain();
    sides.awaitRouted();
    assertThat(sides.call(FIND_COMMIT, "b")).isEqualTo("network:b");
  }

  @Test
  void side_that_restarts_without_its_share_is_not_routed_to_again() {
    sides.switchedOn();
    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("network:a");
    int before = sides.network().calls();
    int told = sides.events().size();
    sides.network().mount("");
    sides.network().kill();
    startAgain();
    await()
        .untilAsserted(
            () ->
                assertThat(sides.router().status().storages().get(0).obstacle().orElse(""))
                    .contains("has no filesystem_id"));
    assertThat(sides.call(FIND_COMMIT, "b")).isEqualTo("local:b");
    assertThat(sides.network().calls()).isEqualTo(before);
    assertThat(sides.events().subList(told, sides.events().size()))
        .as("what was known is void before the new connection takes calls")
        .filteredOn(
            e ->
                e instanceof RouterEvent.StorageChecked
                    || (e instanceof RouterEvent.EndpointChanged c
                        && c.to() == EndpointState.READY))
        .first()
        .isInstanceOf(RouterEvent.StorageChecked.class);
  }

  private void startAgain() {
    try {
      sides.network().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void unknown_storage_is_refused_with_what_is_known() {
    assertThatThrownBy(() -> sides.router().channel("nfs-file1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"nfs-file1\"")
        .hasMessageContaining("[nfs-file01]");
  }

  @Test
  void closed_router_ends_calls_with_a_clear_status() {
    var channel = sides.channel();
    sides.router().close();
    assertThatThrownBy(
            () -> ClientCalls.blockingUnaryCall(channel, FIND_COMMIT, CallOptions.DEFAULT, "a"))
        .hasMessageContaining("UNAVAILABLE")
        .hasMessageContaining("the router is closed");
  }
}
