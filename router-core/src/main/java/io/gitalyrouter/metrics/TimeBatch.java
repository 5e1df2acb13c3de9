package io.gitalyrouter.metrics;

import io.gitalyrouter.stripe.PaddedLong;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The times that the threads of one stripe measured and that are not told yet. One thread at a time
 * is in here; another does not wait for it. <em>Thread-safe.</em>
 */
final class TimeBatch {
  private static final int TAKEN = -1;
  private static final int NONE = 0;

  /** On either side, so that no other stripe's words share a line with these. */
  private static final int PADDING = 32;

  /**
   * How many times are here; {@link #TAKEN} while a thread is, whose the next two arrays are
   * meanwhile. It takes them by compare-and-set, and gives them back by a write with release.
   */
  private final PaddedLong size = new PaddedLong();

  private final @Nullable LongConsumer[] timers;
  private final long[] times;

  /** So many are told at once. */
  private final int full;

  /** There is place for those that come while another stripe tells its own. */
  private final int most;

  /**
   * Shared by all stripes: the mark of the one whose turn it is to tell its times, as two that do
   * it at once would take the timer's memory from each other for each time. Protects nothing.
   */
  private final PaddedLong telling;

  private final long mark;

  /**
   * Keeps nothing yet.
   *
   * @param full how many times are told at once; divisible by 4
   * @param telling whose turn it is
   * @param mark of this one among those with which it takes turns; above 0
   */
  TimeBatch(int full, PaddedLong telling, long mark) {
    this.full = full;
    this.most = 2 * full;
    this.timers = new LongConsumer[most + 2 * PADDING];
    this.times = new long[most + 2 * PADDING];
    this.telling = telling;
    this.mark = mark;
  }

  /** Takes a time; false if another thread is in here. */
  boolean add(LongConsumer timer, long nanos) {
    int kept = take();
    if (kept == TAKEN) {
      return false;
    }
    int place = PADDING + kept;
    times[place] = nanos;
    timers[place] = timer;
    addedTo(kept + 1);
    return true;
  }

  /** How many times are here for this thread to deal with; {@link #TAKEN} if it must not. */
  private int take() {
    long kept = size.get();
    return kept != TAKEN && size.compareAndSet(kept, TAKEN) ? (int) kept : TAKEN;
  }

  private void addedTo(int kept) {
    if (kept >= full && kept % (full / 4) == 0 && isTurn(kept)) {
      try {
        tell(kept);
      } finally {
        telling.compareAndSet(mark, NONE);
      }
    } else {
      size.setRelease(kept);
    }
  }

  /** Who is full takes the turn from another, whose thread may have lost its processor. */
  private boolean isTurn(int kept) {
    if (kept < most) {
      return telling.compareAndSet(NONE, mark);
    }
    telling.setRelease(mark);
    return true;
  }

  /** Tells the times, lets go of their timers, and gives back. */
  private void tell(int kept) {
    try {
      for (int place = PADDING; place < PADDING + kept; place++) {
        LongConsumer timer = Objects.requireNonNull(timers[place]);
        timers[place] = null;
        timer.accept(times[place]);
      }
    } finally {
      size.setRelease(0);
    }
  }

  /** Tells all; does nothing while a thread is in here. */
  void tellAll() {
    int kept = take();
    if (kept != TAKEN) {
      tell(kept);
    }
  }
}
