package io.gitalyrouter.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.fixture.Interleaving;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class StripedCountsTest {
  private static final int FIRST = 0;
  private static final int LAST = 2;

  private final StripedCounts counts = new StripedCounts(LAST + 1);

  private void increment(int count, int times) {
    for (int i = 0; i < times; i++) {
      counts.increment(count);
    }
  }

  @Test
  void count_that_nobody_added_to_is_zero() {
    assertThat(counts.sum(FIRST)).isZero();
    increment(1, 3);
    assertThat(counts.sum(FIRST)).isZero();
    assertThat(counts.sum(1)).isEqualTo(3);
    assertThat(counts.sum(LAST)).isZero();
  }

  @Test
  void sum_is_exact_once_threads_of_all_stripes_have_ended() {
    Runnable[] tasks = new Runnable[2 * Stripes.COUNT];
    Arrays.fill(
        tasks,
        (Runnable)
            () -> {
              increment(FIRST, 5_000);
              increment(LAST, 10_000);
            });
    Interleaving.of(tasks);
    assertThat(counts.sum(FIRST)).isEqualTo(5_000L * tasks.length);
    assertThat(counts.sum(1)).isZero();
    assertThat(counts.sum(LAST)).isEqualTo(10_000L * tasks.length);
  }

  @Test
  void threads_that_share_a_stripe_lose_nothing() {
    Interleaving.onOneStripe(() -> increment(LAST, 500_000), () -> {});
    assertThat(counts.sum(LAST)).isEqualTo(1_000_000);
  }

  @Test
  void threads_that_share_a_stripe_lose_nothing_of_what_they_add_first() {
    StripedCounts[] many = new StripedCounts[20_000];
    Arrays.setAll(many, i -> new StripedCounts(1));
    AtomicInteger arrived = new AtomicInteger();
    Interleaving.onOneStripe(
        () -> {
          for (int i = 0; i < many.length; i++) {
            arrived.incrementAndGet();
            // Bounded: who comes too late for a race has another.
            for (int spin = 0; arrived.get() < 2 * (i + 1) && spin < 1_000; spin++) {
              Thread.onSpinWait();
            }
            many[i].increment(0);
          }
        },
        () -> {});
    assertThat(many).allMatch(one -> one.sum(0) == 2);
  }

  @Test
  void sum_never_goes_back_while_others_add() {
    Runnable add = () -> increment(LAST, 300_000);
    Runnable read =
        () -> {
          long before = 0;
          for (int i = 0; i < 30_000; i++) {
            long now = counts.sum(LAST);
            assertThat(now).isGreaterThanOrEqualTo(before);
            before = now;
          }
        };
    Interleaving.of(read, add, add, read);
    assertThat(counts.sum(LAST)).isEqualTo(600_000);
  }

  @Test
  void sum_has_all_that_was_added_before_it_was_asked_for() {
    Runnable addAndRead =
        () -> {
          for (int i = 1; i <= 20_000; i++) {
            counts.increment(FIRST);
            assertThat(counts.sum(FIRST)).isGreaterThanOrEqualTo(i);
          }
        };
    Interleaving.of(addAndRead, addAndRead, addAndRead);
    assertThat(counts.sum(FIRST)).isEqualTo(60_000);
  }
}
