package io.gitalyrouter.count;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class OldestCallTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private final OldestCall oldest = new OldestCall();

  private long age(long second) {
    return oldest.age(second * SECOND).map(Duration::toSeconds).orElse(-1L);
  }

  @Test
  void age_is_that_of_the_oldest_call_that_has_not_ended() {
    assertThat(age(0)).isEqualTo(-1);
    oldest.started(0, 10 * SECOND);
    oldest.started(0, 13 * SECOND);
    assertThat(age(13)).isEqualTo(3);
    oldest.ended(0, 10 * SECOND);
    assertThat(age(14)).isEqualTo(1);
    oldest.ended(0, 13 * SECOND + 7);
    assertThat(age(14)).isEqualTo(-1);
  }

  @Test
  void call_older_than_the_ring_is_never_taken_for_a_young_one() {
    oldest.started(0, 5 * SECOND);
    long later = 5 + 3L * OldestCall.PLACES;
    oldest.started(0, later * SECOND);
    assertThat(age(later)).isEqualTo(3L * OldestCall.PLACES);
    oldest.ended(0, 5 * SECOND);
    assertThat(age(later)).as("too high, until the place is empty").isPositive();
    oldest.ended(0, later * SECOND);
    oldest.started(0, (later + 1) * SECOND);
    assertThat(age(later + 2)).isEqualTo(1);
  }

  @Test
  void call_that_moves_in_keeps_its_age_among_younger_ones() {
    oldest.started(0, (7L + OldestCall.PLACES) * SECOND);
    oldest.started(0, 7 * SECOND);
    assertThat(age(7L + OldestCall.PLACES)).isEqualTo(OldestCall.PLACES);
  }

  @Test
  void age_is_that_of_the_oldest_of_all_stripes() {
    oldest.started(0, 9 * SECOND);
    oldest.started(1, 4 * SECOND);
    oldest.started(2, 6 * SECOND);
    assertThat(age(10)).isEqualTo(6);
    oldest.ended(1, 4 * SECOND);
    assertThat(age(10)).isEqualTo(4);
  }

  @Test
  void ticker_may_begin_below_zero() {
    oldest.started(0, -3 * SECOND);
    assertThat(age(2)).isEqualTo(5);
    oldest.ended(0, -3 * SECOND);
    assertThat(age(2)).isEqualTo(-1);
  }

  @Test
  void nothing_is_left_after_many_threads() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> running = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      long offset = t;
      int stripe = t / 2;
      running.add(
          threads.submit(
              () -> {
                for (long i = 0; i < 100_000; i++) {
                  long start = (i + offset * OldestCall.PLACES) * SECOND;
                  oldest.started(stripe, start);
                  oldest.ended(stripe, start);
                }
              }));
    }
    for (Future<?> thread : running) {
      thread.get();
    }
    threads.shutdown();
    assertThat(age(0)).isEqualTo(-1);
    oldest.started(0, 2 * SECOND);
    assertThat(age(3)).isEqualTo(1);
  }
}
