package io.gitalyrouter;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.fixture.Sides;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.cumulative.CumulativeTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The times of calls reach the registry soon, and all of them. */
@Timeout(60)
final class CallTimesTest {
  private static final int CALLS = 5;

  private static Timer timer(Sides sides) {
    return sides.meters().get("grpc.client.handling").tag("route", "local").timer();
  }

  private static void call(Sides sides) {
    for (int i = 0; i < CALLS; i++) {
      String unused = sides.call(FIND_COMMIT, "x");
    }
  }

  @Test
  void times_are_told_without_another_call(@TempDir Path directory) throws IOException {
    try (Sides sides = new Sides(directory, builder -> builder)) {
      call(sides);
      await()
          .atMost(Duration.ofSeconds(15))
          .untilAsserted(() -> assertThat(timer(sides).count()).isEqualTo(CALLS));
      assertThat(timer(sides).max(TimeUnit.NANOSECONDS)).isPositive();
    }
  }

  @Test
  void times_that_are_left_are_told_when_the_router_is_closed(@TempDir Path directory)
      throws IOException {
    Timer timer;
    try (Sides sides = new Sides(directory, builder -> builder)) {
      call(sides);
      timer = timer(sides);
    }
    assertThat(timer.count()).isEqualTo(CALLS);
  }

  @Test
  void registry_that_fails_once_is_told_what_comes_later(@TempDir Path directory)
      throws IOException {
    FailsOnce registry = new FailsOnce();
    try (Sides sides = new Sides(directory, builder -> builder.meterRegistry(registry))) {
      call(sides);
      await().atMost(Duration.ofSeconds(15)).until(registry.failed::get);
      call(sides);
      await()
          .atMost(Duration.ofSeconds(15))
          .until(
              () -> registry.get("grpc.client.handling").tag("route", "local").timer().count(),
              count -> count >= CALLS);
    }
  }

  /** Its timers throw at the first time of all. */
  private static final class FailsOnce extends SimpleMeterRegistry {
    private final AtomicBoolean failed = new AtomicBoolean();

    @Override
    protected Timer newTimer(
        Meter.Id id, DistributionStatisticConfig histogram, PauseDetector pauses) {
      return new CumulativeTimer(id, clock, histogram, pauses, getBaseTimeUnit(), false) {
        @Override
        protected void recordNonNegative(long amount, TimeUnit unit) {
          if (failed.compareAndSet(false, true)) {
            throw new IllegalStateException("made up by the test");
          }
          super.recordNonNegative(amount, unit);
        }
      };
    }
  }
}
