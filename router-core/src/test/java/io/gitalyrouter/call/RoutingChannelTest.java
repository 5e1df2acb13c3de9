package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.SIDECHANNEL;
import static io.gitalyrouter.fixture.GitalyMethods.UPDATE_HOOK;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.fixture.RecordingListener;
import io.gitalyrouter.route.MethodFilter;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.transport.FakeEndpoint;
import io.gitalyrouter.transport.StorageCheck;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which side a call begins on, and what a call that has no side gets. */
final class RoutingChannelTest {
  private static final Metadata.Key<byte[]> SNAPSHOT =
      Metadata.Key.of("relative-path-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final ScriptedRouting routing = new ScriptedRouting();
  private final FakeSides sides = routing.sides;
  private final Metadata headers = routing.headers;
  private final RecordingListener listener = routing.listener;

  @Test
  void call_of_a_role_goes_to_the_network_side_with_a_lease() {
    routing.rule(ScriptedRouting.ALL);
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started role");
    assertThat(sides.networkEndpoint.inFlight()).isEqualTo(1);
    assertThat(sides.localChannel.calls()).isEmpty();
    routing.network().close(Status.OK);
    assertThat(sides.networkEndpoint.inFlight()).isZero();
  }

  @Test
  void local_call_is_grpc_s_own_with_a_lease_to_its_end() {
    routing.rule(RouteRule.off());
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started role_off");
    assertThat(sides.localEndpoint.inFlight()).isEqualTo(1);
    assertThat(routing.local().headers().getAll(FakeSides.ATTEMPT)).containsExactly("local");
    assertThat(sides.attempts).containsExactly("local");
    routing.local().listener().onMessage("m");
    routing.local().listener().onMessage("n");
    assertThat(sides.attempts).containsExactly("local", "answered local 0");
    routing.local().close(Status.NOT_FOUND);
    listener.assertTold("m", "n", "close NOT_FOUND");
    assertThat(sides.localEndpoint.inFlight()).isZero();
    assertThat(sides.recorded).containsExactly("started role_off", "ended local NOT_FOUND");
  }

  @Test
  void local_call_that_cannot_start_gives_its_lease_back() {
    routing.rule(RouteRule.off());
    sides.localChannel.prepare(call -> call.failStart(new IllegalStateException("broken")));
    assertThatThrownBy(() -> routing.start(FIND_COMMIT)).hasMessage("broken");
    assertThat(sides.localEndpoint.inFlight()).isZero();
    assertThat(sides.recorded).containsExactly("started role_off", "ended local INTERNAL");
  }

  @Test
  void pinned_calls_stay_local() {
    routing.rule(ScriptedRouting.ALL);
    assertThat(routing.begun(UPDATE_HOOK)).isEqualTo("started pinned");
    headers.put(SNAPSHOT, new byte[] {1});
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started pinned");
  }

  @Test
  void role_about_some_methods_leaves_the_others_local() {
    routing.rule(
        ScriptedRouting.ALL.withMethods(MethodFilter.of(List.of("CommitService/*"), List.of())));
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started role");
    assertThat(routing.begun(WRITE_REF)).isEqualTo("started method_rule");
  }

  @Test
  void calls_above_the_limit_are_served_locally_and_the_next_ones_are_not() {
    routing.rule(ScriptedRouting.ALL.withMaxInFlight(2));
    routing.start(FIND_COMMIT);
    routing.start(FIND_COMMIT);
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started in_flight_limit");
    assertThat(sides.networkEndpoint.inFlight()).isEqualTo(2);
    routing.network().close(Status.OK);
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started role");
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started in_flight_limit");
  }

  @Test
  void call_s_own_route_wins_over_the_role() {
    routing.rule(ScriptedRouting.ALL);
    routing.start(FIND_COMMIT, CallOptions.DEFAULT.withOption(RoutingChannel.ROUTE, Route.LOCAL));
    routing.rule(RouteRule.off());
    routing.start(FIND_COMMIT, CallOptions.DEFAULT.withOption(RoutingChannel.ROUTE, Route.NETWORK));
    assertThat(sides.recorded).containsExactly("started override", "started override");
    assertThat(sides.localChannel.calls()).hasSize(1);
    assertThat(sides.networkChannel.calls()).hasSize(1);
  }

  @Test
  void forced_table_sends_all_calls_local() {
    LiveTable table = sides.table(ScriptedRouting.ALL);
    routing.tables.add(new LiveTable(2, "test", Optional.of("why"), table.storages()));
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started forced_local");
  }

  @Test
  void open_breaker_sends_readers_local_and_a_doubtful_one_writers() {
    routing.rule(ScriptedRouting.ALL);
    routing.begun(FIND_COMMIT);
    routing.network().leave();
    routing.network().close(Status.UNAVAILABLE);
    assertThat(routing.begun(WRITE_REF)).isEqualTo("started doubtful");
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started role");
    sides.breaker.trip();
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started breaker_open");
    assertThat(routing.begun(WRITE_REF)).isEqualTo("started doubtful");
  }

  @Test
  void endpoint_on_its_way_out_is_not_used_and_takes_no_permit() {
    FakeEndpoint.retire(sides.networkEndpoint);
    sides.breaker.trip();
    sides.now.addAndGet(Duration.ofSeconds(3).toNanos());
    for (int i = 0; i < 10; i++) {
      routing.tables.clear();
      routing.tables.add(sides.table(ScriptedRouting.ALL));
      routing.tables.add(sides.table(RouteRule.off()));
      assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started role_off");
    }
    assertThat(sides.breaker.tryAcquire()).as("a trial call's permit").isNotNull();
  }

  @Test
  void local_endpoint_on_its_way_out_is_left_for_that_of_the_newest_table() {
    FakeSides newer = new FakeSides();
    FakeEndpoint.retire(sides.localEndpoint);
    routing.tables.add(sides.table(RouteRule.off()));
    routing.tables.add(newer.table(RouteRule.off()));
    routing.start(FIND_COMMIT);
    assertThat(newer.recorded).containsExactly("started role_off");
    assertThat(sides.recorded).isEmpty();
  }

  @Test
  void moved_call_finds_the_local_side_of_the_newest_table() {
    FakeSides newer = new FakeSides();
    FakeEndpoint.retire(sides.localEndpoint);
    routing.tables.add(sides.table(ScriptedRouting.ALL));
    routing.tables.add(sides.table(ScriptedRouting.ALL));
    routing.tables.add(newer.table(ScriptedRouting.ALL));
    routing.start(FIND_COMMIT);
    routing.network().close(Status.UNAVAILABLE);
    assertThat(newer.localChannel.last().heard()).containsExactly("start");
  }

  @Test
  void moved_call_of_a_storage_that_is_gone_is_told() {
    routing.tables.add(sides.table(ScriptedRouting.ALL));
    routing.tables.add(new LiveTable(2, "test", Optional.empty(), Map.of()));
    routing.start(FIND_COMMIT);
    routing.network().close(Status.UNAVAILABLE);
    listener.assertTold("close UNAVAILABLE");
  }

  @Test
  void conditions_of_the_network_side_keep_calls_local() {
    routing.rule(ScriptedRouting.ALL);
    sides.unknownMethods.add(FIND_COMMIT.getFullMethodName());
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started unknown_method");
    assertThat(routing.begun(WRITE_REF)).isEqualTo("started role");
    FakeEndpoint.state(sides.networkEndpoint, EndpointState.SUSPECT);
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started suspect");
    FakeEndpoint.state(sides.networkEndpoint, EndpointState.CONNECTING);
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started not_ready");
  }

  @Test
  void files_that_are_not_shown_to_be_the_same_keep_calls_local() {
    routing.rule(ScriptedRouting.ALL);
    RouteSet set = sides.set(ScriptedRouting.ALL);
    StorageCheck check = new StorageCheck("s", sides.localEndpoint, sides.networkEndpoint);
    RouteSet unverified =
        new RouteSet(
            set.routes(),
            set.local(),
            new RouteSet.Network(
                sides.networkEndpoint, check, sides.unknownMethods, sides.breaker, 0.7),
            sides,
            AfterWrites.NONE);
    routing.tables.clear();
    routing.tables.add(new LiveTable(2, "test", Optional.empty(), Map.of("s", unverified)));
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started unverified");
    assertThat(unverified.obstacle()).isEqualTo("neither side has answered yet");
    FakeEndpoint.serve(sides.networkEndpoint, "s", "fs-2");
    FakeEndpoint.refresh(check);
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started wrong_storage");
    assertThat(unverified.obstacle()).contains("fs-2");
  }

  @Test
  void obstacle_says_why_a_call_would_not_be_served() {
    RouteSet set = sides.set(ScriptedRouting.ALL);
    assertThat(set.obstacle()).isNull();
    sides.breaker.trip();
    assertThat(set.obstacle()).isEqualTo("breaker OPEN");
    FakeEndpoint.state(sides.networkEndpoint, EndpointState.UNREACHABLE);
    assertThat(set.obstacle()).isEqualTo("network endpoint UNREACHABLE");
    RouteSet dark = new RouteSet(set.routes(), set.local(), null, sides, AfterWrites.NONE);
    assertThat(dark.obstacle()).isNull();
    routing.tables.add(new LiveTable(2, "test", Optional.empty(), Map.of("s", dark)));
    assertThat(routing.begun(FIND_COMMIT)).isEqualTo("started not_ready");
  }

  private Status refusal(MethodDescriptor<String, String> method, CallOptions options) {
    ClientCall<String, String> call = routing.start(method, options);
    call.request(1);
    call.sendMessage("a");
    call.halfClose();
    call.cancel("x", null);
    routing.executed.forEach(Runnable::run);
    return listener.status();
  }

  @Test
  void call_that_needs_a_side_channel_is_refused_with_advice() {
    routing.rule(ScriptedRouting.ALL);
    Status status = refusal(SIDECHANNEL, CallOptions.DEFAULT);
    assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(status.getDescription()).contains("SSHUploadPackWithSidechannel", "was not sent");
    assertThat(sides.recorded).isEmpty();
  }

  @Test
  void storage_that_the_table_does_not_name_is_refused_on_the_call_s_executor() {
    routing.tables.add(new LiveTable(7, "router.yaml", Optional.empty(), Map.of()));
    List<Runnable> own = new ArrayList<>();
    routing.start(FIND_COMMIT, CallOptions.DEFAULT.withExecutor(own::add));
    assertThat(routing.executed).isEmpty();
    own.forEach(Runnable::run);
    assertThat(listener.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(listener.status().getDescription())
        .contains("storage \"s\"", "router.yaml", "generation 7");
  }

  @Test
  void closed_router_says_so() {
    routing.tables.add(new LiveTable(LiveTable.CLOSED, "closed", Optional.empty(), Map.of()));
    assertThat(refusal(FIND_COMMIT, CallOptions.DEFAULT).getDescription())
        .isEqualTo("storage \"s\": the router is closed");
  }

  @Test
  void call_is_nothing_before_it_starts() {
    routing.rule(ScriptedRouting.ALL);
    ClientCall<String, String> call = routing.channel.newCall(FIND_COMMIT, CallOptions.DEFAULT);
    assertThat(call.isReady()).isFalse();
    assertThat(call.getAttributes()).isEqualTo(Attributes.EMPTY);
    assertThatThrownBy(() -> call.request(1)).hasMessageContaining("has not been started");
    assertThatThrownBy(() -> call.sendMessage("a")).hasMessageContaining("has not been started");
    assertThat(sides.networkChannel.calls()).as("no lease, no permit").isEmpty();
    call.cancel("no", null);
    assertThatThrownBy(() -> call.start(listener, headers))
        .hasMessageContaining("was cancelled before");
  }

  @Test
  void call_that_has_started_is_its_attempt_and_starts_once() {
    routing.rule(RouteRule.off());
    ClientCall<String, String> call = routing.start(FIND_COMMIT);
    assertThatThrownBy(() -> call.start(listener, headers)).hasMessageContaining("started already");
    call.request(3);
    call.setMessageCompression(true);
    call.sendMessage("a");
    call.halfClose();
    assertThat(call.isReady()).isTrue();
    routing.local().ready(false);
    assertThat(call.isReady()).isFalse();
    assertThat(call.getAttributes()).isSameAs(routing.local().getAttributes());
    call.cancel("x", null);
    assertThat(routing.local().requested()).isEqualTo(3);
    assertThat(routing.local().heard())
        .containsExactly("start", "compression true", "a", "half close", "cancel");
  }

  @Test
  void authority_is_that_of_every_endpoint() {
    routing.rule(ScriptedRouting.ALL);
    assertThat(routing.channel.authority()).isEqualTo("localhost");
  }
}
