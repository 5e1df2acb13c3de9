package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.CHECK_OBJECTS_EXIST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.fixture.RecordingListener;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.route.BreakerSettings;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers stream while the network server dies and returns again and again under them. */
final class CrossingTest {
  private static final int CALLERS = 6;
  private static final int KILLS = 40;

  private final AtomicBoolean running = new AtomicBoolean(true);
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger cutAfterBeginning = new AtomicInteger();
  private final Queue<Throwable> breaches = new ConcurrentLinkedQueue<>();

  @Test
  @Timeout(120)
  void every_stream_ends_once_with_the_answers_of_one_server_in_order(@TempDir Path directory)
      throws Exception {
    // Short pauses, so that the breaker goes through all its states between the kills.
    BreakerSettings breaker =
        new BreakerSettings(50, 10, Duration.ofSeconds(1), 10, Duration.ofMillis(50), 3);
    try (Sides sides = new Sides(directory, breaker).switchedOn()) {
      ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
      CountDownLatch done = new CountDownLatch(CALLERS);
      for (int i = 0; i < CALLERS; i++) {
        callers.execute(
            () -> {
              while (running.get()) {
                try {
                  stream(sides);
                } catch (RuntimeException | AssertionError e) {
                  breaches.add(e);
                }
              }
              done.countDown();
            });
      }
      for (int i = 0; i < KILLS; i++) {
        int before = sides.network().calls();
        await()
            .pollInterval(1, TimeUnit.MILLISECONDS)
            .until(() -> sides.network().calls() > before + 3);
        sides.network().kill();
        sides.network().start();
        sides.awaitRouted();
      }
      running.set(false);
      assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
      callers.shutdown();

      assertThat(breaches).isEmpty();
      assertThat(ended.get()).isGreaterThan(KILLS * 4);
      assertThat(sides.meters().find("gitaly.route.fallbacks").counters())
          .as("the kills hit calls")
          .isNotEmpty();
      await().until(() -> sides.router().status().networkInFlight() == 0);
      assertThat(sides.meters().get("gitaly.route.replay.bytes").gauge().value()).isZero();
    }
  }

  private void stream(Sides sides) {
    RecordingListener listener = new RecordingListener();
    ClientCall<String, String> call =
        sides
            .channel()
            .newCall(
                CHECK_OBJECTS_EXIST, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS));
    call.start(listener, new Metadata());
    call.request(100);
    for (int i = 0; i < 20; i++) {
      call.sendMessage("m" + i);
    }
    call.halfClose();
    boolean ok = listener.status().isOk();
    List<String> told = new ArrayList<>(listener.told());
    ended.incrementAndGet();
    if (!ok) {
      assertThat(told.get(0)).as("only a begun answer may be cut: %s", told).isEqualTo("headers");
      cutAfterBeginning.incrementAndGet();
      return;
    }
    String server = told.get(1).substring(0, told.get(1).indexOf(':'));
    List<String> expected = new ArrayList<>();
    expected.add("headers");
    for (int i = 0; i < 20; i++) {
      expected.add(server + ":m" + i);
    }
    expected.add("close OK");
    assertThat(told).isEqualTo(expected);
  }
}
