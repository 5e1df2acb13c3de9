package io.gitalyrouter.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.fixture.Interleaving;
import org.junit.jupiter.api.Test;

final class PaddedLongTest {
  private final PaddedLong number = new PaddedLong();

  @Test
  void number_begins_at_zero_and_is_what_was_set_last() {
    assertThat(number.get()).isZero();
    assertThat(number.addAndGet(5)).isEqualTo(5);
    assertThat(number.addAndGet(-7)).isEqualTo(-2);
    assertThat(number.getAndSet(40)).isEqualTo(-2);
    assertThat(number.get()).isEqualTo(40);
    number.setRelease(-1);
    assertThat(number.get()).isEqualTo(-1);
  }

  @Test
  void number_is_set_only_if_it_is_what_is_expected() {
    assertThat(number.compareAndSet(1, 2)).isFalse();
    assertThat(number.get()).isZero();
    assertThat(number.compareAndSet(0, 2)).isTrue();
    assertThat(number.get()).isEqualTo(2);
  }

  @Test
  void nothing_that_several_threads_add_is_lost() {
    Runnable add =
        () -> {
          for (int i = 0; i < 50_000; i++) {
            number.addAndGet(1);
          }
        };
    Interleaving.of(add, add, add, add);
    assertThat(number.get()).isEqualTo(200_000);
  }
}
