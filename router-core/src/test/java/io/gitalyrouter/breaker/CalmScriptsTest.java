package io.gitalyrouter.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.breaker.RouteBreaker.Permit;
import io.gitalyrouter.route.BreakerSettings;
import io.gitalyrouter.time.Ticker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Plays random results to a breaker and to a plain one of resilience4j, which is told of each at
 * once: both must open at the same step.
 *
 * <p>A success enters the window up to a batch or some seconds late, and so leaves it late as well.
 * That is no difference as long as nothing leaves the window one by one: results come in rounds
 * that are shorter than the window, with pauses between them that are longer.
 */
final class CalmScriptsTest {
  private static final int SCRIPTS = 300;
  private static final int STEPS = 300;
  private static final Duration WINDOW = Duration.ofSeconds(30);
  private static final Duration PAUSE = WINDOW.plusSeconds(1);

  /** Less than the window by the second with which it may have begun. */
  private static final long MOST_ROUND_NANOS = WINDOW.minusSeconds(1).toNanos();

  private static final long MOST_STEP_NANOS = Duration.ofSeconds(3).toNanos();

  /** Both breakers, on one clock. */
  private static final class Pair {
    private final AtomicLong now = new AtomicLong();
    private final BreakerSettings settings;
    private final RouteBreaker breaker;
    private final CircuitBreaker plain;
    private long roundNanos;

    Pair(int failureRatePercent, int minimumCalls) {
      settings =
          new BreakerSettings(
              failureRatePercent,
              /* failuresInARow= */ Integer.MAX_VALUE,
              WINDOW,
              minimumCalls,
              /* openFor= */ Duration.ofSeconds(2),
              /* trialCalls= */ 1);
      Ticker ticker = now::get;
      breaker = RouteBreaker.create("s", settings, ticker, (from, to) -> {});
      plain =
          CircuitBreaker.of(
              "plain",
              CircuitBreakerConfig.custom()
                  .failureRateThreshold(failureRatePercent)
                  .slidingWindow(
                      (int) WINDOW.toSeconds(), minimumCalls, SlidingWindowType.TIME_BASED)
                  .waitDurationInOpenState(settings.openFor())
                  .clock(ticker.asClock())
                  .currentTimestampFunction(clock -> now.get(), TimeUnit.NANOSECONDS)
                  .build());
    }

    void success() {
      permit().success();
      plain.onSuccess(0, TimeUnit.NANOSECONDS);
    }

    void failure() {
      permit().failure();
      plain.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException("the side is sick"));
    }

    private Permit permit() {
      return Objects.requireNonNull(breaker.tryAcquire(), "the breaker refused");
    }

    void pass(long nanos) {
      if (roundNanos + nanos > MOST_ROUND_NANOS) {
        pause();
      } else {
        roundNanos += nanos;
        now.addAndGet(nanos);
      }
    }

    /** Ends a round: the window is empty behind it. The next begins with a second. */
    void pause() {
      long second = TimeUnit.SECONDS.toNanos(1);
      now.set((now.get() + PAUSE.toNanos()) / second * second + second);
      roundNanos = 0;
    }
  }

  @Test
  void breaker_opens_at_the_same_step_as_one_that_is_told_of_each_result() {
    int opened = 0;
    for (int seed = 0; seed < SCRIPTS; seed++) {
      opened += opens(seed) ? 1 : 0;
    }
    assertThat(opened).as("scripts of either end").isBetween(SCRIPTS / 10, SCRIPTS * 9 / 10);
  }

  private static boolean opens(int seed) {
    Random random = new Random(seed);
    Pair pair = new Pair(10 + random.nextInt(60), 2 + random.nextInt(30));
    double failureShare = random.nextDouble() * 0.4;
    for (int step = 0; step < STEPS; step++) {
      double kind = random.nextDouble();
      if (kind < 0.01) {
        pair.pause();
      } else if (kind < 0.1) {
        pair.pass((long) (random.nextDouble() * MOST_STEP_NANOS));
      } else if (random.nextDouble() < failureShare) {
        pair.failure();
      } else {
        pair.success();
      }
      String expected = pair.plain.getState().name();
      assertThat(pair.breaker.state()).as("seed %d, step %d", seed, step).isEqualTo(expected);
      if (!expected.equals("CLOSED")) {
        return true;
      }
    }
    return false;
  }
}
