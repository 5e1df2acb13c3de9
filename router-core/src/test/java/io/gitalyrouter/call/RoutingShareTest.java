package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gitalyrouter.fixture.ScriptedCall;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.gitalyrouter.transport.FakeEndpoint;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which share of the calls, and of a call's deadline, is for the network side. */
final class RoutingShareTest {
  private static final Metadata.Key<String> CORRELATION_ID =
      Metadata.Key.of("x-gitlab-correlation-id", Metadata.ASCII_STRING_MARSHALLER);

  private final ScriptedRouting routing = new ScriptedRouting();
  private final FakeSides sides = routing.sides;
  private final Metadata headers = routing.headers;

  @Test
  void share_of_the_shorter_deadline_is_the_reader_s_alone() {
    routing.rule(ScriptedRouting.ALL);
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
      around.run(() -> routing.start(FIND_COMMIT, CallOptions.DEFAULT.withDeadline(shorter)));
      ScriptedCall both = routing.network();
      around.run(() -> routing.start(FIND_COMMIT));
      ScriptedCall aroundOnly = routing.network();
      routing.start(WRITE_REF, CallOptions.DEFAULT.withDeadline(shorter));
      ScriptedCall writer = routing.network();
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
    routing.rule(ScriptedRouting.ALL);
    routing.start(FIND_COMMIT, CallOptions.DEFAULT.withDeadlineAfter(-1, TimeUnit.SECONDS));
    FakeEndpoint.age(sides.networkEndpoint, 0);
    assertThat(routing.network().heard()).containsExactly("start", "cancel");
  }

  @Test
  void share_begins_at_the_router_s_now() {
    routing.rule(ScriptedRouting.ALL);
    sides.now.set(1_000);
    Deadline.Ticker still =
        new Deadline.Ticker() {
          @Override
          public long nanoTime() {
            return 0;
          }
        };
    routing.start(
        FIND_COMMIT,
        CallOptions.DEFAULT.withDeadline(Deadline.after(100, TimeUnit.NANOSECONDS, still)));
    FakeEndpoint.age(sides.networkEndpoint, 1_069);
    assertThat(routing.network().heard()).containsExactly("start");
    FakeEndpoint.age(sides.networkEndpoint, 1_070);
    assertThat(routing.network().heard()).containsExactly("start", "cancel");
  }

  @Test
  void calls_with_one_correlation_id_go_one_way_and_ids_share_by_the_percentage() {
    routing.rule(RouteRule.network("r", 30, BucketUnit.CORRELATION_ID));
    int network = 0;
    int ids = 20_000;
    for (int i = 0; i < ids; i++) {
      headers.discardAll(CORRELATION_ID);
      headers.put(CORRELATION_ID, "01J" + i);
      String first = routing.begun(FIND_COMMIT);
      network += first.equals("started role") ? 1 : 0;
      assertThat(routing.begun(FIND_COMMIT)).isEqualTo(first);
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
      routing.rule(RouteRule.network("r", 30, unit));
      if (unit == BucketUnit.RPC) {
        headers.put(CORRELATION_ID, "one for all");
      } else {
        headers.discardAll(CORRELATION_ID);
      }
      int network = 0;
      int calls = 10_000;
      for (int i = 0; i < calls; i++) {
        network += routing.begun(FIND_COMMIT).equals("started role") ? 1 : 0;
      }
      assertThat(network * 100.0 / calls).as("%s", unit).isCloseTo(30, within(1.5));
    }
  }
}
