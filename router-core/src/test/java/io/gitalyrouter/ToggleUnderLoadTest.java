package io.gitalyrouter;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.LIST_REFS;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestGitaly.Received;
import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class ToggleUnderLoadTest {
  private static final int TOGGLES = 1_000;
  private static final int CALLERS = 8;

  private final AtomicBoolean running = new AtomicBoolean(true);
  private final AtomicLong readers = new AtomicLong();
  private final AtomicLong writers = new AtomicLong();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @Test
  @Timeout(120)
  void thousand_toggles_under_load_fail_no_call_and_leave_nothing_behind(@TempDir Path directory)
      throws Exception {
    try (Sides sides = new Sides(directory)) {
      ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
      CountDownLatch done = new CountDownLatch(CALLERS);
      for (int i = 0; i < CALLERS; i++) {
        callers.execute(
            () -> {
              load(sides);
              done.countDown();
            });
      }
      for (int i = 0; i < TOGGLES / 2; i++) {
        sides.router().apply(sides.table(100));
        sides.awaitNetwork(EndpointState.READY);
        sides.router().apply(sides.table(0));
      }
      running.set(false);
      assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
      callers.shutdown();

      assertThat(failures).isEmpty();
      assertThat(sides.network().calls()).as("the toggle did something").isGreaterThan(TOGGLES / 2);
      assertThat(sides.local().calls()).as("the toggle did something").isGreaterThan(TOGGLES / 2);
      assertThat(
              mutationsSeen(sides.local().received()) + mutationsSeen(sides.network().received()))
          .as("every mutation ran once")
          .isEqualTo(writers.get());
      int before = sides.network().calls();
      await().atMost(5, TimeUnit.SECONDS).until(() -> sides.network().openConnections() == 0);
      sides.call(FIND_COMMIT, "after");
      assertThat(sides.network().calls()).isEqualTo(before);
      assertThat(sides.router().status().networkInFlight()).isZero();
      assertThat(sides.meters().get("gitaly.route.replay.bytes").gauge().value()).isZero();
    }
  }

  private void load(Sides sides) {
    while (running.get()) {
      try {
        sides.call(FIND_COMMIT, "a");
        sides.call(WRITE_REF, "b");
        writers.incrementAndGet();
        ClientCalls.blockingServerStreamingCall(
                sides.channel(), LIST_REFS, CallOptions.DEFAULT, "c")
            .forEachRemaining(answer -> readers.incrementAndGet());
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
  }

  private static long mutationsSeen(List<Received> received) {
    return received.stream()
        .filter(call -> call.method().equals(WRITE_REF.getFullMethodName()))
        .count();
  }
}
