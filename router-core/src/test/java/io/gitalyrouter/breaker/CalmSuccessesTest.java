package io.gitalyrouter.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.fixture.Interleaving;
import io.gitalyrouter.stripe.Stripes;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class CalmSuccessesTest {
  private static final int WINDOW_SECONDS = 10;
  private static final int LAST_STRIPE = Stripes.COUNT - 1;

  /** What the seconds of a word are counted to. */
  private static final int WRAP = 1 << 28;

  /** The most that a word counts. */
  private static final int MOST = (1 << 16) - 1;

  private final CalmSuccesses successes = new CalmSuccesses(WINDOW_SECONDS);

  private void note(int stripe, int epoch, int second, int times) {
    for (int i = 0; i < times; i++) {
      boolean unused = successes.note(stripe, epoch, second);
    }
  }

  @Test
  void batch_is_due_until_it_is_taken() {
    for (int i = 1; i < CalmSuccesses.BATCH; i++) {
      assertThat(successes.note(0, 0, 5)).as("success %d", i).isFalse();
    }
    assertThat(successes.note(0, 0, 5)).isTrue();
    assertThat(successes.note(0, 0, 5)).as("nobody took it").isTrue();
    assertThat(successes.take(0, 0, 5)).isEqualTo(CalmSuccesses.BATCH + 1);
    assertThat(successes.note(0, 0, 5)).isFalse();
  }

  @Test
  void anything_is_due_once_a_next_second_has_begun() {
    assertThat(successes.note(0, 0, 5)).isFalse();
    assertThat(successes.note(0, 0, 5)).isFalse();
    assertThat(successes.note(0, 0, 6)).isTrue();
    assertThat(successes.note(0, 0, 6)).as("nobody took it").isTrue();
    assertThat(successes.take(0, 0, 6)).isEqualTo(4);
    assertThat(successes.note(0, 0, 6)).isFalse();
    assertThat(successes.note(0, 0, 9)).isTrue();
  }

  @Test
  void second_in_which_nothing_was_noted_makes_nothing_due() {
    note(0, 0, 5, 1);
    assertThat(successes.take(0, 0, 5)).isOne();
    assertThat(successes.note(0, 0, 6)).isFalse();
  }

  @Test
  void what_was_noted_is_taken_once() {
    assertThat(successes.take(3, 0, 5)).isZero();
    note(3, 0, 5, 7);
    assertThat(successes.take(2, 0, 5)).as("another stripe's").isZero();
    assertThat(successes.take(3, 0, 5)).isEqualTo(7);
    assertThat(successes.take(3, 0, 5)).isZero();
    assertThat(successes.takeAll(0, 5)).isZero();
  }

  @Test
  void all_stripes_add_up() {
    assertThat(successes.takeAll(0, 5)).isZero();
    note(0, 0, 5, 1);
    note(1, 0, 5, 20);
    note(LAST_STRIPE, 0, 6, 300);
    assertThat(successes.takeAll(0, 6)).isEqualTo(321);
    assertThat(successes.takeAll(0, 6)).isZero();
    note(LAST_STRIPE, 0, 6, 2);
    assertThat(successes.takeAll(0, 6)).isEqualTo(2);
  }

  @Test
  void what_an_old_epoch_noted_is_dropped() {
    note(0, 0, 5, 9);
    note(1, 0, 5, 9);
    note(2, 0, 5, 9);
    note(2, 1, 5, 1);
    assertThat(successes.take(0, 1, 5)).isZero();
    assertThat(successes.takeAll(1, 5)).as("the one of this epoch").isOne();
    assertThat(successes.takeAll(1, 5)).isZero();
  }

  @Test
  void first_success_of_an_epoch_begins_a_batch_of_its_own() {
    note(0, 0, 5, CalmSuccesses.BATCH - 1);
    assertThat(successes.note(0, 1, 6)).isFalse();
    assertThat(successes.take(0, 1, 6)).isOne();
  }

  @Test
  void success_of_an_epoch_that_is_over_changes_nothing() {
    note(0, 4, 5, 2);
    for (int i = 0; i < 2 * CalmSuccesses.BATCH; i++) {
      assertThat(successes.note(0, 3, 6)).isFalse();
    }
    assertThat(successes.take(0, 4, 6)).isEqualTo(2);
    assertThat(successes.note(0, 3, 6)).isFalse();
    assertThat(successes.takeAll(4, 6)).isZero();
  }

  @Test
  void what_is_older_than_the_window_is_dropped() {
    note(0, 0, 5, 3);
    note(1, 0, 6, 4);
    note(2, 0, 5, 5);
    assertThat(successes.take(0, 0, 5 + WINDOW_SECONDS - 1)).isEqualTo(3);
    assertThat(successes.takeAll(0, 5 + WINDOW_SECONDS)).isEqualTo(4);
    assertThat(successes.takeAll(0, 5 + WINDOW_SECONDS)).isZero();
  }

  @Test
  void success_after_a_long_pause_begins_anew() {
    note(0, 0, 5, 3);
    assertThat(successes.note(0, 0, 5 + WINDOW_SECONDS)).isFalse();
    assertThat(successes.take(0, 0, 5 + WINDOW_SECONDS)).isOne();
  }

  @Test
  void seconds_go_on_where_their_bits_end() {
    note(0, 0, WRAP - 1, 3);
    assertThat(successes.note(0, 0, WRAP)).isTrue();
    assertThat(successes.take(0, 0, WRAP + 1)).isEqualTo(4);
    note(0, 0, WRAP - 1, 3);
    assertThat(successes.take(0, 0, WRAP - 1 + WINDOW_SECONDS)).isZero();
    note(0, 0, Integer.MAX_VALUE, 3);
    assertThat(successes.take(0, 0, Integer.MIN_VALUE + 1)).isEqualTo(3);
  }

  @Test
  void success_of_the_next_second_is_not_lost_to_who_read_the_clock_before() {
    note(0, 0, 6, 20);
    assertThat(successes.takeAll(0, 5)).isEqualTo(20);
    note(0, 0, 6, 20);
    note(0, 0, 5, 1);
    assertThat(successes.takeAll(0, 6)).isEqualTo(21);
  }

  @Test
  void what_is_hours_old_is_not_taken_for_new() {
    note(0, 0, 6, 20);
    assertThat(successes.takeAll(0, 6 + (1 << 15))).isZero();
    note(0, 0, 6, 20);
    assertThat(successes.takeAll(0, 6 + (1 << 16))).isZero();
  }

  @Test
  void seconds_may_begin_below_zero() {
    note(0, 0, -1, 3);
    assertThat(successes.note(0, 0, 0)).isTrue();
    assertThat(successes.take(0, 0, 1)).isEqualTo(4);
  }

  @Test
  void what_a_stripe_cannot_hold_is_forgotten_and_harms_nothing_else() {
    note(0, 1, 5, MOST + 1_000);
    assertThat(successes.note(0, 1, 5)).isTrue();
    assertThat(successes.take(0, 1, 5)).isEqualTo(MOST);
    assertThat(successes.note(0, 1, 5)).isFalse();
    assertThat(successes.takeAll(1, 5)).isOne();
  }

  @Test
  void what_many_threads_note_on_one_stripe_is_taken_once() {
    AtomicInteger taken = new AtomicInteger();
    Runnable note = () -> note(0, 0, 5, 10_000);
    Runnable take =
        () -> {
          for (int i = 0; i < 5_000; i++) {
            taken.addAndGet(i % 2 == 0 ? successes.take(0, 0, 5) : successes.takeAll(0, 5));
          }
        };
    Interleaving.of(note, take, note, note, note);
    assertThat(taken.get() + successes.takeAll(0, 5)).isEqualTo(40_000);
  }
}
