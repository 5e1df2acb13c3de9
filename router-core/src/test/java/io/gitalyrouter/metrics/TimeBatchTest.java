package io.gitalyrouter.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.stripe.PaddedLong;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** When the times of a stripe are told, and to whom. */
final class TimeBatchTest {
  private static final int FULL = 64;
  private static final long MARK = 1;
  private static final long OTHER = 2;

  private final PaddedLong telling = new PaddedLong();
  private final TimeBatch batch = new TimeBatch(FULL, telling, MARK);
  private final List<Long> told = new ArrayList<>();

  /** Times from one number to another. */
  private void add(long from, long to) {
    for (long time = from; time <= to; time++) {
      assertThat(batch.add(told::add, time)).isTrue();
    }
  }

  private static List<Long> all(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void times_are_told_together_when_the_batch_is_full() {
    add(1, FULL - 1);
    assertThat(told).isEmpty();
    add(FULL, FULL);
    assertThat(told).isEqualTo(all(1, FULL));
    add(FULL + 1, 2 * FULL - 1);
    assertThat(told).hasSize(FULL);
    add(2 * FULL, 2 * FULL);
    assertThat(told).isEqualTo(all(1, 2 * FULL));
  }

  @Test
  void few_times_are_told_when_all_are_asked_for_and_once() {
    batch.tellAll();
    add(1, 3);
    batch.tellAll();
    batch.tellAll();
    assertThat(told).containsExactly(1L, 2L, 3L);
  }

  @Test
  void each_time_goes_to_its_own_timer() {
    List<Long> others = new ArrayList<>();
    add(1, 1);
    batch.add(others::add, 2);
    add(3, 3);
    batch.tellAll();
    assertThat(told).containsExactly(1L, 3L);
    assertThat(others).containsExactly(2L);
  }

  @Test
  void stripe_waits_for_its_turn_while_another_tells_its_times() {
    telling.getAndSet(OTHER);
    add(1, FULL + 20);
    assertThat(told).isEmpty();
    telling.getAndSet(0);
    add(FULL + 21, FULL + 32);
    assertThat(told).isEqualTo(all(1, FULL + 32));
    assertThat(telling.get()).isZero();
  }

  @Test
  void stripe_without_place_takes_the_turn_of_another() {
    telling.getAndSet(OTHER);
    add(1, 2 * FULL - 1);
    assertThat(told).isEmpty();
    batch.add(
        time -> {
          assertThat(telling.get()).isEqualTo(MARK);
          told.add(time);
        },
        2 * FULL);
    assertThat(told).isEqualTo(all(1, 2 * FULL));
    assertThat(telling.get()).isZero();
  }

  @Test
  void turn_that_was_taken_meanwhile_stays_with_the_other() {
    add(1, FULL - 1);
    batch.add(time -> telling.getAndSet(OTHER), FULL);
    assertThat(telling.get()).isEqualTo(OTHER);
  }

  @Test
  void nobody_waits_for_a_thread_that_tells() {
    List<Boolean> taken = new ArrayList<>();
    batch.add(
        time -> {
          taken.add(batch.add(told::add, 2));
          batch.tellAll();
        },
        1);
    batch.tellAll();
    batch.tellAll();
    assertThat(taken).containsExactly(false);
    assertThat(told).isEmpty();
  }

  @Test
  void timer_that_throws_is_heard_of_and_the_batch_goes_on() {
    LongConsumer broken =
        time -> {
          throw new IllegalStateException("no place for " + time);
        };
    add(1, FULL - 1);
    assertThatThrownBy(() -> batch.add(broken, FULL)).hasMessage("no place for 64");
    assertThat(telling.get()).isZero();
    told.clear();
    add(1, FULL);
    assertThat(told).isEqualTo(all(1, FULL));
  }

  @Test
  void timer_is_let_go_of_when_its_times_are_told() {
    WeakReference<LongConsumer> timer = told();
    System.gc();
    assertThat(timer.get()).isNull();
  }

  private WeakReference<LongConsumer> told() {
    LongConsumer timer = new ArrayList<Long>()::add;
    batch.add(timer, 1);
    batch.tellAll();
    return new WeakReference<>(timer);
  }
}
