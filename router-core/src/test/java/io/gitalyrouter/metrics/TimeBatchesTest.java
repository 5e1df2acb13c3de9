package io.gitalyrouter.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.fixture.Interleaving;
import io.gitalyrouter.stripe.Stripes;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

final class TimeBatchesTest {
  private static final int CALLS = 100_000;

  private final TimeBatches batches = new TimeBatches();
  private final LongAdder calls = new LongAdder();
  private final LongAdder sum = new LongAdder();

  private void tell(long nanos) {
    calls.increment();
    sum.add(nanos);
  }

  private void add() {
    for (int i = 1; i <= CALLS; i++) {
      batches.add(this::tell, i);
    }
  }

  private void assertTold(int threads) {
    assertThat(calls.sum()).isEqualTo((long) threads * CALLS);
    assertThat(sum.sum()).isEqualTo(threads * (CALLS * (CALLS + 1L) / 2));
  }

  @Test
  void times_of_all_stripes_are_told_each_once() {
    Runnable[] tasks = new Runnable[2 * Stripes.COUNT];
    Arrays.fill(tasks, (Runnable) this::add);
    Interleaving.of(tasks);
    batches.tellAll();
    assertTold(tasks.length);
  }

  @Test
  void times_of_one_stripe_are_told_each_once_whoever_asks_for_all_meanwhile() {
    Interleaving.onOneStripe(
        this::add,
        () -> {
          for (int i = 0; i < 20_000; i++) {
            batches.tellAll();
          }
        });
    batches.tellAll();
    assertTold(2);
  }
}
