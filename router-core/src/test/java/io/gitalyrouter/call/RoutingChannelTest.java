package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.SIDECHANNEL;
import static io.gitalyrouter.fixture.GitalyMethods.UPDATE_HOOK;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.fixture.RecordingListener;
import io.gitalyrouter.fixture.ScriptedCall;
import io.gitalyrouter.method.MethodRules;
import io.gitalyrouter.route.MethodFilter;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.gitalyrouter.transport.FakeEndpoint;
import io.gitalyrouter.transport.StorageCheck;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which side a call begins on, and what a call that has no side gets. */
final class RoutingChannelTest {
  private static final RouteRule ALL = RouteRule.network("r", 100, BucketUnit.RPC);
  private static final Metadata.Key<String> CORRELATION_ID =
      Metadata.Key.of("x-gitlab-correlation-id", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<byte[]> SNAPSHOT =
      Metadata.Key.of("relative-path-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final FakeSides sides = new FakeSides();

  /** The tables that are read, one after the other; the last one stays. */
  private final Deque<LiveTable> tables = new ArrayDeque<>();

  private final List<Runnable> executed = new ArrayList<>();
  private final Metadata headers = new Metadata();
  private final RecordingListener listener = new RecordingListener();
  private final RoutingChannel channel =
      new RoutingChannel(
          "s",
          () -> tables.size() > 1 ? tables.remove() : tables.element(),
          new CallSettings(
              sides.now::get,
              new Random(3),
              executed::add,
              sides.budget,
              new MethodRules(),
              /* networkShare= */ 0.7,
              Duration.ZERO));

  private ClientCall<String, String> start(MethodDescriptor<String, String> method) {
    return start(method, CallOptions.DEFAULT);
  }

  private ClientCall<String, String> start(
      MethodDescriptor<String, String> method, CallOptions options) {
    ClientCall<String, String> call = channel.newCall(method, options);
    call.start(listener, headers);
    return call;
  }

  private void rule(RouteRule rule) {
    tables.clear();
    tables.add(sides.table(rule));
  }

  private String begun(MethodDescriptor<String, String> method) {
    sides.recorded.clear();
    start(method);
    return sides.recorded.get(0);
  }

  private ScriptedCall network() {
    return sides.networkChannel.last();
  }

  private ScriptedCall local() {
    return sides.localChannel.last();
  }

  @Test
  void call_of_a_role_goes_to_the_network_side_with_a_lease() {
    rule(ALL);
    assertThat(begun(FIND_COMMIT)).isEqualTo("started role");
    assertThat(sides.networkEndpoint.inFlight()).isEqualTo(1);
    assertThat(sides.localChannel.calls()).isEmpty();
    network().close(Status.OK);
    assertThat(sides.networkEndpoint.inFlight()).isZero();
  }

  @Test
  void local_call_is_grpc_s_own_with_a_lease_to_its_end() {
    rule(RouteRule.off());
    assertThat(begun(FIND_COMMIT)).isEqualTo("started role_off");
    assertThat(sides.localEndpoint.inFlight()).isEqualTo(1);
    local().listener().onMessage("m");
    local().close(Status.NOT_FOUND);
    listener.assertTold("m", "close NOT_FOUND");
    assertThat(sides.localEndpoint.inFlight()).isZero();
    assertThat(sides.recorded).containsExactly("started role_off", "ended local NOT_FOUND");
  }

  @Test
  void local_call_that_cannot_start_gives_its_lease_back() {
    rule(RouteRule.off());
    sides.localChannel.prepare(call -> call.failStart(new IllegalStateException("broken")));
    assertThatThrownBy(() -> start(FIND_COMMIT)).hasMessage("broken");
    assertThat(sides.localEndpoint.inFlight()).isZero();
    assertThat(sides.recorded).containsExactly("started role_off", "ended local INTERNAL");
  }

  @Test
  void pinned_calls_stay_local() {
    rule(ALL);
    assertThat(begun(UPDATE_HOOK)).isEqualTo("started pinned");
    headers.put(SNAPSHOT, new byte[] {1});
    assertThat(begun(FIND_COMMIT)).isEqualTo("started pinned");
  }

  @Test
  void role_about_some_methods_leaves_the_others_local() {
    rule(ALL.withMethods(MethodFilter.of(List.of("CommitService/*"), List.of())));
    assertThat(begun(FIND_COMMIT)).isEqualTo("started role");
    assertThat(begun(WRITE_REF)).isEqualTo("started method_rule");
  }

  @Test
  void calls_above_the_limit_are_served_locally_and_the_next_ones_are_not() {
    rule(ALL.withMaxInFlight(2));
    start(FIND_COMMIT);
    start(FIND_COMMIT);
    assertThat(begun(FIND_COMMIT)).isEqualTo("started in_flight_limit");
    assertThat(sides.networkEndpoint.inFlight()).isEqualTo(2);
    network().close(Status.OK);
    assertThat(begun(FIND_COMMIT)).isEqualTo("started role");
    assertThat(begun(FIND_COMMIT)).isEqualTo("started in_flight_limit");
  }

  @Test
  void call_s_own_route_wins_over_the_role() {
    rule(ALL);
    start(FIND_COMMIT, CallOptions.DEFAULT.withOption(RoutingChannel.ROUTE, Route.LOCAL));
    rule(RouteRule.off());
    start(FIND_COMMIT, CallOptions.DEFAULT.withOption(RoutingChannel.ROUTE, Route.NETWORK));
    assertThat(sides.recorded).containsExactly("started override", "started override");
    assertThat(sides.localChannel.calls()).hasSize(1);
    assertThat(sides.networkChannel.calls()).hasSize(1);
  }

  @Test
  void forced_table_sends_all_calls_local() {
    LiveTable table = sides.table(ALL);
    tables.add(new LiveTable(2, "test", Optional.of("why"), table.storages()));
    assertThat(begun(FIND_COMMIT)).isEqualTo("started forced_local");
  }

  @Test
  void open_breaker_sends_readers_local_and_a_doubtful_one_writers() {
    rule(ALL);
    begun(FIND_COMMIT);
    network().leave();
    network().close(Status.UNAVAILABLE);
    assertThat(begun(WRITE_REF)).isEqualTo("started doubtful");
    assertThat(begun(FIND_COMMIT)).isEqualTo("started role");
    sides.breaker.trip();
    assertThat(begun(FIND_COMMIT)).isEqualTo("started breaker_open");
    assertThat(begun(WRITE_REF)).isEqualTo("started doubtful");
  }

  @Test
  void endpoint_on_its_way_out_is_not_used_and_takes_no_permit() {
    FakeEndpoint.retire(sides.networkEndpoint);
    sides.breaker.trip();
    sides.now.addAndGet(Duration.ofSeconds(3).toNanos());
    for (int i = 0; i < 10; i++) {
      tables.clear();
      tables.add(sides.table(ALL));
      tables.add(sides.table(RouteRule.off()));
      assertThat(begun(FIND_COMMIT)).isEqualTo("started role_off");
    }
    assertThat(sides.breaker.tryAcquire()).as("a trial call's permit").isNotNull();
  }

  @Test
  void local_endpoint_on_its_way_out_is_left_for_that_of_the_newest_table() {
    FakeSides newer = new FakeSides();
    FakeEndpoint.retire(sides.localEndpoint);
    tables.add(sides.table(RouteRule.off()));
    tables.add(newer.table(RouteRule.off()));
    start(FIND_COMMIT);
    assertThat(newer.recorded).containsExactly("started role_off");
    assertThat(sides.recorded).isEmpty();
  }

  @Test
  void moved_call_finds_the_local_side_of_the_newest_table() {
    FakeSides newer = new FakeSides();
    FakeEndpoint.retire(sides.localEndpoint);
    tables.add(sides.table(ALL));
    tables.add(sides.table(ALL));
    tables.add(newer.table(ALL));
    start(FIND_COMMIT);
    network().close(Status.UNAVAILABLE);
    assertThat(newer.localChannel.last().heard()).containsExactly("start");
  }

  @Test
  void moved_call_of_a_storage_that_is_gone_is_told() {
    tables.add(sides.table(ALL));
    tables.add(new LiveTable(2, "test", Optional.empty(), Map.of()));
    start(FIND_COMMIT);
    network().close(Status.UNAVAILABLE);
    listener.assertTold("close UNAVAILABLE");
  }

  @Test
  void conditions_of_the_network_side_keep_calls_local() {
    rule(ALL);
    sides.unknownMethods.add(FIND_COMMIT.getFullMethodName());
    assertThat(begun(FIND_COMMIT)).isEqualTo("started unknown_method");
    assertThat(begun(WRITE_REF)).isEqualTo("started role");
    FakeEndpoint.state(sides.networkEndpoint, EndpointState.SUSPECT);
    assertThat(begun(FIND_COMMIT)).isEqualTo("started suspect");
    FakeEndpoint.state(sides.networkEndpoint, EndpointState.CONNECTING);
    assertThat(begun(FIND_COMMIT)).isEqualTo("started not_ready");
  }

  @Test
  void files_that_are_not_shown_to_be_the_same_keep_calls_local() {
    rule(ALL);
    RouteSet set = sides.set(ALL);
    StorageCheck check = new StorageCheck("s", sides.localEndpoint, sides.networkEndpoint);
    RouteSet unverified =
        new RouteSet(
            set.routes(),
            set.local(),
            new RouteSet.Network(sides.networkEndpoint, check, sides.unknownMethods, sides.breaker),
            sides);
    tables.clear();
    tables.add(new LiveTable(2, "test", Optional.empty(), Map.of("s", unverified)));
    assertThat(begun(FIND_COMMIT)).isEqualTo("started unverified");
    assertThat(unverified.obstacle()).isEqualTo("neither side has answered yet");
    FakeEndpoint.serve(sides.networkEndpoint, "s", "fs-2");
    FakeEndpoint.refresh(check);
    assertThat(begun(FIND_COMMIT)).isEqualTo("started wrong_storage");
    assertThat(unverified.obstacle()).contains("fs-2");
  }

  @Test
  void obstacle_says_why_a_call_would_not_be_served() {
    RouteSet set = sides.set(ALL);
    assertThat(set.obstacle()).isNull();
    sides.breaker.trip();
    assertThat(set.obstacle()).isEqualTo("breaker OPEN");
    FakeEndpoint.state(sides.networkEndpoint, EndpointState.UNREACHABLE);
    assertThat(set.obstacle()).isEqualTo("network endpoint UNREACHABLE");
    RouteSet dark = new RouteSet(set.routes(), set.local(), null, sides);
    assertThat(dark.obstacle()).isNull();
    tables.add(new LiveTable(2, "test", Optional.empty(), Map.of("s", dark)));
    assertThat(begun(FIND_COMMIT)).isEqualTo("started not_ready");
  }

  private Status refusal(MethodDescriptor<String, String> method, CallOptions options) {
    ClientCall<String, String> call = start(method, options);
    call.request(1);
    call.sendMessage("a");
    call.halfClose();
    call.cancel("x", null);
    executed.forEach(Runnable::run);
    return listener.status();
  }

  @Test
  void call_that_needs_a_side_channel_is_refused_with_advice() {
    rule(ALL);
    Status status = refusal(SIDECHANNEL, CallOptions.DEFAULT);
    assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(status.getDescription()).contains("SSHUploadPackWithSidechannel", "was not sent");
    assertThat(sides.recorded).isEmpty();
  }

  @Test
  void storage_that_the_table_does_not_name_is_refused_on_the_call_s_executor() {
    tables.add(new LiveTable(7, "router.yaml", Optional.empty(), Map.of()));
    List<Runnable> own = new ArrayList<>();
    start(FIND_COMMIT, CallOptions.DEFAULT.withExecutor(own::add));
    assertThat(executed).isEmpty();
    own.forEach(Runnable::run);
    assertThat(listener.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(listener.status().getDescription())
        .contains("storage \"s\"", "router.yaml", "generation 7");
  }

  @Test
  void closed_router_says_so() {
    tables.add(new LiveTable(LiveTable.CLOSED, "closed", Optional.empty(), Map.of()));
    assertThat(refusal(FIND_COMMIT, CallOptions.DEFAULT).getDescription())
        .isEqualTo("storage \"s\": the router is closed");
  }

  @Test
  void share_of_the_shorter_deadline_is_the_reader_s_alone() {
    rule(ALL);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    Deadline.Ticker still =
        new Deadline.Ticker() {
          @Override
          public long nanoTime() {
            return 0;
          }
        };
    Deadline longer = Deadline.after(10, TimeUnit.SECONDS, still);
    Deadline shorter = Deadline.after(1, TimeUnit.SECONDS, still);
    try (Context.CancellableContext around = Context.ROOT.withDeadline(longer, timer)) {
      around.run(() -> start(FIND_COMMIT, CallOptions.DEFAULT.withDeadline(shorter)));
      ScriptedCall both = network();
      around.run(() -> start(FIND_COMMIT));
      ScriptedCall aroundOnly = network();
      start(WRITE_REF, CallOptions.DEFAULT.withDeadline(shorter));
      ScriptedCall writer = network();
      FakeEndpoint.age(sides.networkEndpoint, TimeUnit.MILLISECONDS.toNanos(700) - 1);
      assertThat(both.heard()).containsExactly("start");
      FakeEndpoint.age(sides.networkEndpoint, TimeUnit.MILLISECONDS.toNanos(700));
      assertThat(both.heard()).containsExactly("start", "cancel");
      assertThat(aroundOnly.heard()).containsExactly("start");
      FakeEndpoint.age(sides.networkEndpoint, TimeUnit.SECONDS.toNanos(7));
      assertThat(aroundOnly.heard()).containsExactly("start", "cancel");
      FakeEndpoint.age(sides.networkEndpoint, Long.MAX_VALUE / 2);
      assertThat(writer.heard()).containsExactly("start");
    } finally {
      timer.shutdownNow();
    }
  }

  @Test
  void share_of_a_deadline_that_is_over_is_spent() {
    rule(ALL);
    start(FIND_COMMIT, CallOptions.DEFAULT.withDeadlineAfter(-1, TimeUnit.SECONDS));
    FakeEndpoint.age(sides.networkEndpoint, 0);
    assertThat(network().heard()).containsExactly("start", "cancel");
  }

  @Test
  void share_begins_at_the_router_s_now() {
    rule(ALL);
    sides.now.set(1_000);
    Deadline.Ticker still =
        new Deadline.Ticker() {
          @Override
          public long nanoTime() {
            return 0;
          }
        };
    start(
        FIND_COMMIT,
        CallOptions.DEFAULT.withDeadline(Deadline.after(100, TimeUnit.NANOSECONDS, still)));
    FakeEndpoint.age(sides.networkEndpoint, 1_069);
    assertThat(network().heard()).containsExactly("start");
    FakeEndpoint.age(sides.networkEndpoint, 1_070);
    assertThat(network().heard()).containsExactly("start", "cancel");
  }

  @Test
  void calls_with_one_correlation_id_go_one_way_and_ids_share_by_the_percentage() {
    rule(RouteRule.network("r", 30, BucketUnit.CORRELATION_ID));
    int network = 0;
    int ids = 20_000;
    for (int i = 0; i < ids; i++) {
      headers.discardAll(CORRELATION_ID);
      headers.put(CORRELATION_ID, "01J" + i);
      String first = begun(FIND_COMMIT);
      network += first.equals("started role") ? 1 : 0;
      assertThat(begun(FIND_COMMIT)).isEqualTo(first);
      if (i % 100 == 0) {
        sides.networkChannel.calls().clear();
        sides.localChannel.calls().clear();
      }
    }
    assertThat(network * 100.0 / ids).isCloseTo(30, within(1.0));
  }

  @Test
  void calls_without_an_id_are_drawn_one_by_one() {
    for (BucketUnit unit : BucketUnit.values()) {
      rule(RouteRule.network("r", 30, unit));
      if (unit == BucketUnit.RPC) {
        headers.put(CORRELATION_ID, "one for all");
      } else {
        headers.discardAll(CORRELATION_ID);
      }
      int network = 0;
      int calls = 10_000;
      for (int i = 0; i < calls; i++) {
        network += begun(FIND_COMMIT).equals("started role") ? 1 : 0;
      }
      assertThat(network * 100.0 / calls).as("%s", unit).isCloseTo(30, within(1.5));
    }
  }

  @Test
  void call_is_nothing_before_it_starts() {
    rule(ALL);
    ClientCall<String, String> call = channel.newCall(FIND_COMMIT, CallOptions.DEFAULT);
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
    rule(RouteRule.off());
    ClientCall<String, String> call = start(FIND_COMMIT);
    assertThatThrownBy(() -> call.start(listener, headers)).hasMessageContaining("started already");
    call.request(3);
    call.setMessageCompression(true);
    call.sendMessage("a");
    call.halfClose();
    assertThat(call.isReady()).isTrue();
    local().ready(false);
    assertThat(call.isReady()).isFalse();
    assertThat(call.getAttributes()).isSameAs(local().getAttributes());
    call.cancel("x", null);
    assertThat(local().requested()).isEqualTo(3);
    assertThat(local().heard())
        .containsExactly("start", "compression true", "a", "half close", "cancel");
  }

  @Test
  void authority_is_that_of_every_endpoint() {
    rule(ALL);
    assertThat(channel.authority()).isEqualTo("localhost");
  }
}
