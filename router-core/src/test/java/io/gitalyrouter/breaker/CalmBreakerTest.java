package io.gitalyrouter.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.breaker.RouteBreaker.Permit;
import io.gitalyrouter.fixture.Interleaving;
import io.gitalyrouter.route.BreakerSettings;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What is only noted while nothing speaks against the side is there when something does. */
final class CalmBreakerTest {
  private static final Duration WINDOW = Duration.ofSeconds(10);

  /** Nothing trips it but the rate. */
  private static final BreakerSettings SETTINGS =
      new BreakerSettings(
          /* failureRatePercent= */ 50,
          /* failuresInARow= */ Integer.MAX_VALUE,
          WINDOW,
          /* minimumCalls= */ 2,
          /* openFor= */ Duration.ofSeconds(2),
          /* trialCalls= */ 1);

  private final AtomicLong now = new AtomicLong();

  private RouteBreaker breaker() {
    return RouteBreaker.create("s", SETTINGS, now::get, (from, to) -> {});
  }

  private static Permit permit(RouteBreaker breaker) {
    return Objects.requireNonNull(breaker.tryAcquire(), "the breaker refused");
  }

  private static void succeed(RouteBreaker breaker, int times) {
    for (int i = 0; i < times; i++) {
      permit(breaker).success();
    }
  }

  /** As many as there were successes, if each of them is in the window once. */
  private static int failuresUntilOpen(RouteBreaker breaker) {
    int failures = 0;
    while (failures < 10_000 && !breaker.state().equals("OPEN")) {
      permit(breaker).failure();
      failures++;
    }
    return failures;
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void successes_of_several_threads_all_count_before_a_failure() {
    for (int each : new int[] {1, 25, CalmSuccesses.BATCH, 100}) {
      RouteBreaker breaker = breaker();
      Runnable calls = () -> succeed(breaker, each);
      Interleaving.of(calls, calls, calls, calls);
      assertThat(failuresUntilOpen(breaker)).isEqualTo(4 * each);
    }
  }

  @Test
  void successes_noted_over_several_seconds_all_count_before_a_failure() {
    RouteBreaker breaker = breaker();
    for (int second = 0; second < 9; second++) {
      succeed(breaker, 5);
      pass(Duration.ofSeconds(1));
    }
    assertThat(failuresUntilOpen(breaker)).isEqualTo(45);
  }

  @Test
  void successes_leave_the_window_whether_it_knows_them_or_not() {
    RouteBreaker known = breaker();
    succeed(known, CalmSuccesses.BATCH);
    RouteBreaker unknown = breaker();
    succeed(unknown, CalmSuccesses.BATCH - 1);
    pass(WINDOW);
    assertThat(failuresUntilOpen(known)).isEqualTo(SETTINGS.minimumCalls());
    assertThat(failuresUntilOpen(unknown)).isEqualTo(SETTINGS.minimumCalls());
  }

  @Test
  void permit_ended_twice_in_calm_counts_once() {
    RouteBreaker breaker = breaker();
    for (int i = 0; i < 10; i++) {
      Permit permit = permit(breaker);
      permit.success();
      permit.success();
      permit.failure();
      permit.ignored();
    }
    assertThat(breaker.isDoubtful()).isFalse();
    assertThat(failuresUntilOpen(breaker)).isEqualTo(10);
  }

  @Test
  void permit_that_failed_is_no_success_later() {
    RouteBreaker breaker = breaker();
    succeed(breaker, 10);
    Permit failed = permit(breaker);
    failed.failure();
    failed.success();
    assertThat(failuresUntilOpen(breaker)).isEqualTo(9);
  }

  @Test
  void side_is_doubtful_from_the_first_failure_on() {
    RouteBreaker breaker = breaker();
    assertThat(breaker.isDoubtful()).isFalse();
    succeed(breaker, 100);
    assertThat(breaker.isDoubtful()).isFalse();
    permit(breaker).failure();
    assertThat(breaker.isDoubtful()).isTrue();
    succeed(breaker, 100);
    assertThat(breaker.isDoubtful()).isTrue();
  }

  @Test
  void success_behind_the_window_of_a_failure_brings_the_calm_back() {
    RouteBreaker breaker = breaker();
    succeed(breaker, 10);
    permit(breaker).failure();
    pass(WINDOW);
    succeed(breaker, 1);
    assertThat(breaker.isDoubtful()).isFalse();
    succeed(breaker, 40);
    assertThat(failuresUntilOpen(breaker)).isEqualTo(41);
  }

  @Test
  void successes_from_before_a_change_are_counted_nowhere() {
    RouteBreaker breaker = breaker();
    Permit late = permit(breaker);
    succeed(breaker, 20);
    breaker.reset("a test");
    late.success();
    succeed(breaker, 7);
    assertThat(failuresUntilOpen(breaker)).isEqualTo(7);
  }

  /** A success reads the clock when it has seen the calm and is not noted yet. */
  @Test
  void success_that_comes_late_for_the_calm_is_counted_at_once() {
    AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
    RouteBreaker breaker =
        RouteBreaker.create(
            "s",
            new BreakerSettings(
                50, Integer.MAX_VALUE, WINDOW, /* minimumCalls= */ 4, WINDOW, /* trialCalls= */ 1),
            () -> {
              meanwhile.getAndSet(() -> {}).run();
              return now.get();
            },
            (from, to) -> {});
    succeed(breaker, 1);
    Permit late = permit(breaker);
    Permit first = permit(breaker);
    Permit second = permit(breaker);
    meanwhile.set(
        () -> {
          first.failure();
          second.failure();
          assertThat(breaker.state()).as("two of three are too few").isEqualTo("CLOSED");
        });
    late.success();
    assertThat(breaker.state()).as("two of four").isEqualTo("OPEN");
  }

  /** Whoever asks for the state's age holds the lock while the ticker keeps it waiting. */
  @Test
  void success_in_calm_waits_for_no_lock() throws InterruptedException {
    CountDownLatch locked = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    AtomicLong holder = new AtomicLong(-1);
    RouteBreaker breaker =
        RouteBreaker.create(
            "s",
            SETTINGS,
            () -> {
              if (Thread.currentThread().getId() == holder.get()) {
                locked.countDown();
                await(done);
              }
              return now.get();
            },
            (from, to) -> {});
    permit(breaker).failure();
    pass(WINDOW);
    succeed(breaker, 1);
    Thread asking = new Thread(breaker::stateAge);
    holder.set(asking.getId());
    asking.start();
    await(locked);
    Thread calls = new Thread(() -> succeed(breaker, 3 * CalmSuccesses.BATCH));
    calls.start();
    calls.join(5_000);
    boolean ended = !calls.isAlive();
    done.countDown();
    asking.join();
    calls.join();
    assertThat(ended).isTrue();
    assertThat(failuresUntilOpen(breaker)).isEqualTo(1 + 3 * CalmSuccesses.BATCH);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
