package io.gitalyrouter;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.LIST_REFS;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static io.gitalyrouter.fixture.Sides.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.gitalyrouter.RouterStatus.StorageStatus;
import io.gitalyrouter.breaker.BreakerMode;
import io.gitalyrouter.breaker.ForcedMode;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.fixture.ShiftedTicker;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestGitaly.Behaviour;
import io.gitalyrouter.route.BreakerSettings;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class BreakerControlTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** Takes calls and answers none of them, while probes are answered. */
  private static final Behaviour STALL = (name, call, headers) -> new ServerCall.Listener<>() {};

  private static final BreakerSettings SETTINGS =
      new BreakerSettings(
          50,
          10,
          Duration.ofSeconds(10),
          20,
          Duration.ofSeconds(20),
          5,
          5,
          Duration.ofMillis(300),
          Duration.ofMillis(100),
          /* shadow= */ false);

  private final ShiftedTicker time = new ShiftedTicker();
  private Sides sides;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    sides =
        new Sides(directory, b -> b.environment(RealWorld.in(time)).breaker(SETTINGS)).switchedOn();
  }

  @AfterEach
  void stop() {
    sides.close();
  }

  private StorageStatus status() {
    return sides.router().status().storages().get(0);
  }

  private double meter(String state) {
    return sides.meters().get("gitaly.route.breaker.state").tag("state", state).gauge().value();
  }

  @Test
  void forced_open_breaker_serves_everything_locally_until_its_time_is_over() {
    sides.router().forceBreaker(STORAGE, BreakerMode.FORCED_OPEN, MINUTE, "drill");
    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    assertThat(sides.call(WRITE_REF, "b")).isEqualTo("local:b");
    assertThat(sides.network().calls()).isZero();
    assertThat(status().breaker()).contains("FORCED_OPEN");
    assertThat(status().obstacle()).contains("breaker FORCED_OPEN");
    ForcedMode forced = status().forcedMode().orElseThrow();
    assertThat(forced.mode()).isEqualTo(BreakerMode.FORCED_OPEN);
    assertThat(forced.reason()).isEqualTo("drill");
    assertThat(forced.left()).isBetween(Duration.ofSeconds(30), MINUTE);
    assertThat(meter("FORCED_OPEN")).isEqualTo(1);
    assertThat(meter("CLOSED")).isZero();
    assertThat(
            sides
                .meters()
                .get("gitaly.route.decisions")
                .tags("route", "local", "reason", "breaker_open")
                .functionCounter()
                .count())
        .isEqualTo(2);

    time.pass(MINUTE);
    assertThat(meter("CLOSED")).as("a scrape sees the end, without any call").isEqualTo(1);
    assertThat(status().forcedMode()).isEmpty();
    sides.awaitRouted();
    assertThat(sides.call(FIND_COMMIT, "c")).isEqualTo("network:c");
    assertThat(sides.events())
        .filteredOn(
            e -> e instanceof RouterEvent.BreakerModeSet || e instanceof RouterEvent.BreakerChanged)
        .containsExactly(
            new RouterEvent.BreakerChanged(STORAGE, "CLOSED", "FORCED_OPEN"),
            new RouterEvent.BreakerModeSet(STORAGE, "FORCED_OPEN", MINUTE, "drill"),
            new RouterEvent.BreakerChanged(STORAGE, "FORCED_OPEN", "CLOSED"),
            new RouterEvent.BreakerModeSet(
                STORAGE, "AUTO", Duration.ZERO, "the time limit of FORCED_OPEN is over"));
  }

  @Test
  void forced_mode_stays_over_a_change_of_the_table_and_goes_with_the_role() {
    sides.router().forceBreaker(STORAGE, BreakerMode.FORCED_OPEN, MINUTE, "drill");
    sides.router().apply(sides.table(99));
    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    assertThat(status().breaker()).contains("FORCED_OPEN");
    sides.router().apply(sides.table(0));
    assertThat(status().forcedMode()).isEmpty();
    assertThatThrownBy(() -> sides.router().resetBreaker(STORAGE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("its role is off");
    sides.switchedOn();
    assertThat(sides.call(FIND_COMMIT, "b")).isEqualTo("network:b");
  }

  @Test
  void reset_lets_calls_through_again_at_once() {
    sides.network().behave(Behaviour.failing(Status.UNAUTHENTICATED));
    sides.call(FIND_COMMIT, "a");
    assertThat(status().breaker()).contains("OPEN");
    sides.network().behave(Behaviour.ECHO);
    sides.router().resetBreaker(STORAGE);
    assertThat(sides.call(WRITE_REF, "b")).as("nor is there doubt").isEqualTo("network:b");
  }

  @Test
  void forced_closed_breaker_tries_every_reader_and_keeps_writers_from_a_sick_side() {
    sides.router().forceBreaker(STORAGE, BreakerMode.FORCED_CLOSED, MINUTE, "drill");
    assertThat(sides.call(WRITE_REF, "a")).isEqualTo("network:a");
    sides.network().behave(Behaviour.failing(Status.UNAVAILABLE.withDescription("planned")));
    for (int i = 0; i < 30; i++) {
      assertThat(sides.call(FIND_COMMIT, "b")).isEqualTo("local:b");
    }
    assertThat(sides.network().calls()).as("each was tried").isEqualTo(31);
    assertThat(sides.call(WRITE_REF, "c")).isEqualTo("local:c");
    assertThat(sides.network().calls()).isEqualTo(31);
    assertThat(status().breaker()).contains("FORCED_CLOSED");
    assertThat(status().obstacle()).isEmpty();
  }

  @Test
  void breaker_that_would_have_tripped_says_so_once_and_refuses_no_reader() {
    sides.router().forceBreaker(STORAGE, BreakerMode.WOULD_HAVE_TRIPPED, MINUTE, "trial");
    sides.network().behave(Behaviour.failing(Status.UNAVAILABLE.withDescription("planned")));
    for (int i = 0; i < 30; i++) {
      assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    }
    assertThat(sides.network().calls()).isEqualTo(30);
    assertThat(sides.call(WRITE_REF, "b")).isEqualTo("local:b");
    assertThat(sides.network().calls()).isEqualTo(30);
    assertThat(sides.events())
        .filteredOn(e -> e instanceof RouterEvent.BreakerWouldTrip)
        .containsExactly(new RouterEvent.BreakerWouldTrip(STORAGE, "10 failures in a row"));
    assertThat(sides.meters().get("gitaly.route.breaker.would.trips").counter().count())
        .isEqualTo(1);
    assertThat(status().obstacle()).isEmpty();
  }

  @Test
  void breaker_of_an_unknown_storage_is_refused_with_what_is_known() {
    assertThatThrownBy(
            () ->
                sides.router().forceBreaker("nfs-file1", BreakerMode.FORCED_OPEN, MINUTE, "drill"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"nfs-file1\"")
        .hasMessageContaining("[nfs-file01]");
    assertThatThrownBy(
            () ->
                sides
                    .router()
                    .forceBreaker(STORAGE, BreakerMode.FORCED_OPEN, Duration.ZERO, "drill"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limit: PT0S");
    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("network:a");
  }

  private List<ListenableFuture<String>> start(MethodDescriptor<String, String> method, int calls) {
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(50, TimeUnit.SECONDS);
    List<ListenableFuture<String>> all = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      all.add(ClientCalls.futureUnaryCall(sides.channel().newCall(method, options), "a"));
    }
    return all;
  }

  @Test
  void side_that_takes_calls_and_answers_none_is_left_while_they_wait() {
    sides.network().behave(STALL);
    List<ListenableFuture<String>> waiting = start(FIND_COMMIT, 5);
    await()
        .atMost(10, TimeUnit.SECONDS)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> status().breaker().equals(Optional.of("OPEN")));
    assertThat(waiting).noneMatch(ListenableFuture::isDone);
    assertThat(sides.call(FIND_COMMIT, "b")).isEqualTo("local:b");
    assertThat(sides.call(WRITE_REF, "c")).isEqualTo("local:c");
    waiting.forEach(call -> call.cancel(/* mayInterruptIfRunning= */ true));
  }

  @Test
  void writers_and_streams_that_have_begun_may_be_slow() {
    sides
        .network()
        .behave(
            (name, call, headers) -> {
              if (call.getMethodDescriptor().getFullMethodName().endsWith("ListRefs")) {
                call.sendHeaders(new Metadata());
                call.sendMessage("first");
              }
              return new ServerCall.Listener<>() {};
            });
    start(WRITE_REF, 20);
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      seen.add(
          ClientCalls.blockingServerStreamingCall(
                  sides.channel(), LIST_REFS, CallOptions.DEFAULT, "a")
              .next());
    }
    assertThat(seen).containsOnly("first");
    letTimePass();
    assertThat(status().breaker()).contains("CLOSED");
  }

  /** More than a call may be without an answer, while the endpoint speaks. */
  private void letTimePass() {
    int before = sides.network().probes();
    time.pass(Duration.ofSeconds(2));
    await().until(() -> sides.network().probes() > before + 1);
  }

  @Test
  void answer_that_has_begun_may_be_slow_to_go_on() {
    sides
        .network()
        .behave(
            (name, call, headers) -> {
              call.sendHeaders(new Metadata());
              return new ServerCall.Listener<>() {};
            });
    start(FIND_COMMIT, 20);
    await().until(() -> sides.network().calls() == 20);
    letTimePass();
    assertThat(status().breaker()).contains("CLOSED");
  }

  @Test
  void side_that_answers_anybody_is_slow_and_not_sick() {
    sides
        .network()
        .behave(
            (name, call, headers) ->
                call.getMethodDescriptor().getFullMethodName().endsWith("ListRefs")
                    ? Behaviour.ECHO.begin(name, call, headers)
                    : new ServerCall.Listener<>() {});
    start(FIND_COMMIT, 20);
    long begin = time.nanos();
    while (time.nanos() - begin < TimeUnit.SECONDS.toNanos(1)) {
      ClientCalls.blockingServerStreamingCall(
              sides.channel(), LIST_REFS, CallOptions.DEFAULT, "quick")
          .next();
    }
    assertThat(status().breaker()).contains("CLOSED");
  }
}
