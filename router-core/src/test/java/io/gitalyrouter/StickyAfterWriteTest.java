package io.gitalyrouter;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.gitalyrouter.fixture.ShiftedTicker;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestGitaly.Behaviour;
import io.gitalyrouter.route.Route;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class StickyAfterWriteTest {
  private static final Duration STICKY = Duration.ofSeconds(5);

  /** So small a share that no call is drawn for the network side, though the role is on. */
  private static final double HARDLY_ANY = 0.01;

  private static final CallOptions TO_NETWORK =
      CallOptions.DEFAULT.withOption(GitalyRouter.ROUTE, Route.NETWORK);

  private final ShiftedTicker time = new ShiftedTicker();
  private Sides sides;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    RouterEnvironment real = RealWorld.in(time);
    RouterEnvironment world =
        new RouterEnvironment(
            time,
            real.wallClock(),
            () -> Long.MAX_VALUE,
            real.scheduler(),
            real.callbacks(),
            real.channels());
    sides = new Sides(directory, b -> b.environment(world).stickyAfterWrite(STICKY)).switchedOn();
  }

  @AfterEach
  void stop() {
    sides.close();
  }

  private Channel channel(String id) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-gitlab-correlation-id", Metadata.ASCII_STRING_MARSHALLER), id);
    return ClientInterceptors.intercept(
        sides.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private String call(MethodDescriptor<String, String> method, String id, CallOptions options) {
    return ClientCalls.blockingUnaryCall(
        channel(id), method, options.withDeadlineAfter(10, TimeUnit.SECONDS), "x");
  }

  private String read(String id) {
    return call(FIND_COMMIT, id, CallOptions.DEFAULT);
  }

  private double decisions(String route) {
    return sides
        .meters()
        .get("gitaly.route.decisions")
        .tags("route", route, "reason", "sticky")
        .functionCounter()
        .count();
  }

  @Test
  void reader_stays_local_after_a_write_that_moved_there() {
    sides.network().behave(Behaviour.failing(Status.UNIMPLEMENTED));
    assertThat(call(WRITE_REF, "a", CallOptions.DEFAULT)).isEqualTo("local:x");
    sides.network().behave(Behaviour.ECHO);
    assertThat(read("a")).isEqualTo("local:x");
    assertThat(read("b")).as("another id").isEqualTo("network:x");
    assertThat(decisions("local")).isEqualTo(1);
    time.pass(STICKY);
    sides.awaitRouted();
    assertThat(read("a")).isEqualTo("network:x");
  }

  @Test
  void reader_stays_on_the_network_side_after_a_write_there() {
    sides.router().apply(sides.table(HARDLY_ANY));
    assertThat(read("a")).isEqualTo("local:x");
    assertThat(call(WRITE_REF, "a", TO_NETWORK)).isEqualTo("network:x");
    assertThat(read("a")).isEqualTo("network:x");
    assertThat(read("b")).isEqualTo("local:x");
    assertThat(decisions("network")).isEqualTo(1);
    time.pass(STICKY);
    assertThat(read("a")).isEqualTo("local:x");
  }

  @Test
  void reader_stays_where_a_write_may_have_been_done() {
    sides.router().apply(sides.table(HARDLY_ANY));
    sides.network().behave(Behaviour.failing(Status.UNAVAILABLE.withDescription("planned")));
    assertThatThrownBy(() -> call(WRITE_REF, "a", TO_NETWORK)).hasMessageContaining("planned");
    sides.network().behave(Behaviour.ECHO);
    assertThat(read("a")).isEqualTo("network:x");
  }

  @Test
  void reader_stays_with_a_write_that_runs() {
    sides.router().apply(sides.table(HARDLY_ANY));
    sides
        .network()
        .behave(
            (name, call, headers) ->
                call.getMethodDescriptor().getFullMethodName().equals(WRITE_REF.getFullMethodName())
                    ? new ServerCall.Listener<>() {}
                    : Behaviour.ECHO.begin(name, call, headers));
    ListenableFuture<String> running =
        ClientCalls.futureUnaryCall(channel("a").newCall(WRITE_REF, TO_NETWORK), "x");
    await().until(() -> sides.network().calls() == 1);
    time.pass(STICKY.multipliedBy(2));
    sides.awaitRouted();
    assertThat(read("a")).isEqualTo("network:x");
    running.cancel(/* mayInterruptIfRunning= */ true);
  }

  @Test
  void side_that_cannot_take_a_call_means_local_and_no_failure() {
    sides.router().apply(sides.table(HARDLY_ANY));
    assertThat(call(WRITE_REF, "a", TO_NETWORK)).isEqualTo("network:x");
    sides.network().kill();
    for (int i = 0; i < 20; i++) {
      assertThat(read("a")).isEqualTo("local:x");
    }
  }

  @Test
  void what_ops_say_is_stronger() {
    assertThat(call(WRITE_REF, "a", TO_NETWORK)).isEqualTo("network:x");
    sides.router().apply(sides.table(HARDLY_ANY));
    sides.router().forceLocal("drill");
    assertThat(read("a")).isEqualTo("local:x");
    sides.router().resume();
    assertThat(read("a")).isEqualTo("network:x");
    sides.router().apply(sides.table(0));
    assertThat(read("a")).isEqualTo("local:x");
  }

  @Test
  void time_is_within_a_minute() {
    for (Duration wrong : new Duration[] {Duration.ofSeconds(-1), Duration.ofMillis(60_001)}) {
      assertThatThrownBy(() -> GitalyRouter.builder().stickyAfterWrite(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("stickyAfterWrite: ");
    }
  }
}
