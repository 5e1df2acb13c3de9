package io.gitalyrouter;

import io.gitalyrouter.time.Ticker;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a callback runs, and sees that none is left behind one that takes long. What comes
 * while one has been running for too long goes to the many, and what waits does; and once one has
 * waited for {@link #PATIENCE}, all go to the many for a time.
 *
 * <pre>
 *   ONE --a callback waited too long--> MANY, which takes over what waits
 *    ^                                    |
 *    +-------------a pause----------------+
 * </pre>
 *
 * <p>Who blocks at all times would find this out again behind every pause, so the pause grows with
 * each time that follows at once. <em>Thread-safe.</em>
 */
final class CallbackQueue implements Executor {
  static final Duration PATIENCE = Duration.ofMillis(10);
  static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  private final Queue<Runnable> waiting;
  private final Executor one;
  private final Executor many;
  private final BooleanSupplier isHeldUp;
  private final Watch watch;
  private final Ticker ticker;

  /**
   * Whether each callback gets a thread of its own. Written by the watch. A callback is queued
   * before this is read, and what is queued is moved after this is written: one of the two finds
   * it.
   */
  private volatile boolean isCrowded;

  /**
   * Whether the watch will look at the queue. Set by whoever queues, after that; cleared by the
   * watch, which then looks once more: one of the two finds what is queued.
   */
  private final AtomicBoolean looking = new AtomicBoolean();

  /** In the queue since the last look; null if nothing was. Confined to the watch. */
  private @Nullable Mark mark;

  /** The last pause, 0 before the first. As {@link #mark}. */
  private long pauseNanos;

  /** When the one thread took over. As {@link #mark}. */
  private long oneSinceNanos;

  /** Does something later, on one thread. Once it is shut down, it does not, and throws nothing. */
  interface Watch {
    void later(Runnable task, long delayNanos);
  }

  /**
   * Nothing waits.
   *
   * @param one runs a callback at once if it can, and otherwise has it wait
   * @param waiting what waits for the one
   * @param many gives each callback a thread
   * @param isHeldUp whether the one has been running a callback for too long
   */
  CallbackQueue(
      Executor one,
      Queue<Runnable> waiting,
      Executor many,
      BooleanSupplier isHeldUp,
      Watch watch,
      Ticker ticker) {
    this.one = one;
    this.waiting = waiting;
    this.many = many;
    this.isHeldUp = isHeldUp;
    this.watch = watch;
    this.ticker = ticker;
    this.oneSinceNanos = ticker.nanos();
  }

  @Override
  public void execute(Runnable callback) {
    if (isCrowded) {
      many.execute(callback);
    } else if (isHeldUp.getAsBoolean()) {
      many.execute(callback);
      moveAll();
    } else {
      one.execute(callback);
      if (isCrowded) {
        moveAll();
      } else {
        haveItLookedAt();
      }
    }
  }

  private void haveItLookedAt() {
    if (!looking.get() && looking.compareAndSet(/* expectedValue= */ false, /* newValue= */ true)) {
      lookLater();
    }
  }

  private void lookLater() {
    watch.later(this::look, PATIENCE.toNanos());
  }

  private void look() {
    if (mark != null && !mark.isReached) {
      giveWay();
    } else if (waiting.isEmpty()) {
      stopLooking();
    } else {
      mark = new Mark();
      lookLater();
      one.execute(mark);
    }
  }

  private void stopLooking() {
    mark = null;
    looking.set(false);
    if (!waiting.isEmpty()) {
      haveItLookedAt();
    }
  }

  private void giveWay() {
    boolean wasCrowdedJustNow = ticker.nanos() - oneSinceNanos < pauseNanos;
    pauseNanos =
        wasCrowdedJustNow
            ? Math.min(2 * pauseNanos, LONGEST_PAUSE.toNanos())
            : FIRST_PAUSE.toNanos();
    watch.later(this::tryOneAgain, pauseNanos);
    isCrowded = true;
    moveAll();
  }

  private void tryOneAgain() {
    oneSinceNanos = ticker.nanos();
    isCrowded = false;
    stopLooking();
  }

  /** Has what waits run by the many. */
  void moveAll() {
    for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
      boolean moved = false;
      try {
        many.execute(next);
        moved = true;
      } finally {
        if (!moved) {
          // No thread could be made for it: the one thread will come to it.
          waiting.add(next);
        }
      }
    }
  }

  /** Stands in the queue to tell how long it is. */
  private static final class Mark implements Runnable {
    /** Written by who comes to it, read by the watch. */
    private volatile boolean isReached;

    @Override
    public void run() {
      isReached = true;
    }
  }
}
