package io.gitalyrouter;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static io.gitalyrouter.fixture.Sides.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.gitalyrouter.RouterStatus.EndpointStatus;
import io.gitalyrouter.RouterStatus.Force;
import io.gitalyrouter.breaker.BreakerMode;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestGitaly.Behaviour;
import io.gitalyrouter.route.Explanation;
import io.gitalyrouter.route.ForcedBy;
import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.transport.InjectedFault;
import io.gitalyrouter.transport.InjectedFault.Kind;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators may ask of a running router, and what becomes of its calls. */
@Timeout(60)
final class OperatorsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final InjectedFault UNAVAILABLE =
      new InjectedFault(Kind.UNAVAILABLE, Duration.ZERO);

  private Sides sides;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    sides = new Sides(directory).switchedOn();
  }

  @AfterEach
  void stop() {
    sides.close();
  }

  private Explanation explain(String method) {
    return sides.router().explain(STORAGE, method, Optional.empty());
  }

  private Optional<String> fault() {
    return sides.router().status().endpoints().stream()
        .filter(EndpointStatus::network)
        .findFirst()
        .flatMap(EndpointStatus::fault);
  }

  @Test
  void explanation_is_the_decision_that_a_call_gets() {
    Explanation network = explain(FIND_COMMIT.getFullMethodName());
    assertThat(network.decision().route()).isEqualTo(Route.NETWORK);
    assertThat(network.decision().reason()).isEqualTo(Reason.ROLE);
    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("network:a");

    sides.router().forceLocal("drill");
    assertThat(explain(FIND_COMMIT.getFullMethodName()).decision().reason())
        .isEqualTo(Reason.FORCED_LOCAL);
    sides.router().resume();

    sides.router().forceBreaker(STORAGE, BreakerMode.FORCED_OPEN, MINUTE, "drill");
    Explanation open = explain(FIND_COMMIT.getFullMethodName());
    assertThat(open.decision().arm()).isEqualTo(Route.NETWORK);
    assertThat(open.decision().route()).isEqualTo(Route.LOCAL);
    assertThat(open.decision().reason()).isEqualTo(Reason.BREAKER_OPEN);
    assertThat(open.trace()).anyMatch(line -> line.contains("breaker: FORCED_OPEN"));

    sides.router().apply(sides.table(0));
    assertThat(explain(FIND_COMMIT.getFullMethodName()).decision().reason())
        .isEqualTo(Reason.ROLE_OFF);
  }

  @Test
  void explanation_needs_a_method_and_a_storage() {
    assertThatThrownBy(() -> explain("FindCommit")).hasMessageContaining("expected: such as");
    assertThatThrownBy(() -> sides.router().explain("other", "a/B", Optional.empty()))
        .hasMessageContaining("is not in the routing table");
  }

  @Test
  void made_up_fault_moves_every_call_and_reaches_no_server() {
    long before = sides.network().calls();
    sides.router().injectFault(STORAGE, UNAVAILABLE, MINUTE);

    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    assertThat(sides.call(WRITE_REF, "b")).isEqualTo("local:b");
    assertThat(sides.network().calls()).isEqualTo(before);
    assertThat(fault()).hasValue("unavailable");

    sides.router().clearFault(STORAGE);
    assertThat(fault()).isEmpty();
    sides.awaitRouted();
    sides.router().resetBreaker(STORAGE);
    assertThat(sides.call(FIND_COMMIT, "c")).isEqualTo("network:c");
  }

  @Test
  void reset_calls_move_too() {
    sides
        .router()
        .injectFault(STORAGE, new InjectedFault(Kind.RESET, Duration.ofMillis(20)), MINUTE);

    assertThat(sides.call(WRITE_REF, "b")).isEqualTo("local:b");
  }

  @Test
  void slow_calls_leave_later() {
    sides
        .router()
        .injectFault(STORAGE, new InjectedFault(Kind.SLOW, Duration.ofMillis(300)), MINUTE);
    ListenableFuture<String> call =
        ClientCalls.futureUnaryCall(sides.channel().newCall(FIND_COMMIT, CallOptions.DEFAULT), "a");

    assertThat(sides.network().calls()).isZero();
    assertThat(call).succeedsWithin(PATIENCE).isEqualTo("network:a");
  }

  @Test
  void made_up_fault_ends_by_itself() {
    sides.router().injectFault(STORAGE, UNAVAILABLE, Duration.ofMillis(200));

    await().atMost(PATIENCE).until(() -> fault().isEmpty());
    assertThatThrownBy(() -> sides.router().injectFault(STORAGE, UNAVAILABLE, Duration.ofHours(2)))
        .hasMessageContaining("limit: PT2H");
  }

  @Test
  void calls_that_hang_after_the_rollback_are_cancelled_on_request() {
    sides.network().behave(Behaviour.HANG);
    ListenableFuture<String> write =
        ClientCalls.futureUnaryCall(sides.channel().newCall(WRITE_REF, CallOptions.DEFAULT), "a");
    await().atMost(PATIENCE).until(() -> sides.network().calls() > 0);
    assertThat(sides.router().cancelDraining()).as("an endpoint in use is left alone").isZero();

    sides.router().apply(sides.table(0));
    assertThat(sides.router().status().networkInFlight()).isEqualTo(1);
    assertThat(sides.router().cancelDraining()).isEqualTo(1);

    assertThat(write)
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .satisfies(
            e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    await().atMost(PATIENCE).until(() -> sides.router().status().networkInFlight() == 0);
  }

  @Test
  void everybody_ends_only_what_he_began() {
    sides.router().forceLocal(ForcedBy.FILE, "file");
    sides.router().forceLocal("process");
    sides.router().resume(ForcedBy.ADMIN);
    assertThat(sides.router().status().forces())
        .containsExactly(new Force(ForcedBy.PROCESS, "process"), new Force(ForcedBy.FILE, "file"));

    sides.router().resume();
    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    sides.router().apply(sides.table(100).withKillSwitch("document"));
    sides.router().resume(ForcedBy.FILE);
    assertThat(sides.router().status().forces())
        .containsExactly(new Force(ForcedBy.CONFIG, "document"));
    assertThat(sides.router().status().forcedLocal()).hasValue("document");
    sides.router().apply(sides.table(100));
    assertThat(sides.call(FIND_COMMIT, "b")).isEqualTo("network:b");
  }
}
