package io.gitalyrouter.metrics;

import io.gitalyrouter.stripe.PaddedLong;
import io.gitalyrouter.stripe.Striped;
import io.gitalyrouter.stripe.Stripes;
import java.util.function.LongConsumer;

/**
 * Tells times to their timers in batches. A registry's histogram is one array, and each processor
 * that adds to it takes it from the one before; so a stripe keeps what its threads measured, and
 * tells all of it at once. What is kept is told by {@link #tellAll} at the latest.
 * <em>Thread-safe.</em>
 */
final class TimeBatches {
  /** So many times are told for each journey of a timer's memory to another processor. */
  private static final int FULL = 64;

  private final PaddedLong telling = new PaddedLong();
  private final Striped<TimeBatch> stripes =
      new Striped<>(stripe -> new TimeBatch(FULL, telling, stripe + 1));

  /** Tells the timer of a time, now or later. Does not wait for other threads. */
  void add(LongConsumer timer, long nanos) {
    if (!stripes.of(Stripes.mine()).add(timer, nanos)) {
      timer.accept(nanos);
    }
  }

  /** Tells all that is kept, but for a stripe that a thread adds to at this moment. */
  void tellAll() {
    for (int stripe = 0; stripe < Stripes.COUNT; stripe++) {
      TimeBatch batch = stripes.ifMade(stripe);
      if (batch != null) {
        batch.tellAll();
      }
    }
  }
}
