package io.gitalyrouter.stripe;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A row of counts that only grow. Each is the sum of what the threads of every stripe have added; a
 * stripe's row is made when one of its threads adds first. <em>Thread-safe.</em>
 */
public final class StripedCounts {
  /** In front of a row and behind it; processors fetch lines of 64 bytes in pairs. */
  private static final int PADDING = 16;

  private final Striped<AtomicLongArray> rows;

  /** So many counts of 0. */
  public StripedCounts(int size) {
    this.rows = new Striped<>(stripe -> new AtomicLongArray(size + 2 * PADDING));
  }

  /** Adds one to a count, on the current thread's stripe. */
  public void increment(int count) {
    rows.of(Stripes.mine()).getAndIncrement(PADDING + count);
  }

  /** The sum: all that was added before it was asked for, and maybe more. */
  public long sum(int count) {
    long sum = 0;
    for (int stripe = 0; stripe < Stripes.COUNT; stripe++) {
      AtomicLongArray row = rows.ifMade(stripe);
      sum += row == null ? 0 : row.get(PADDING + count);
    }
    return sum;
  }
}
