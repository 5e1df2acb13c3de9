package io.gitalyrouter;

import io.gitalyrouter.time.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs the callbacks of calls that bring no executor. One thread runs them in turn: it is seldom
 * put to sleep and woken while there is work, which is most of what a small call costs. But a
 * callback may take long, or block, and must not hold up others for more than a moment. So what
 * comes while one has been running for {@link #LONG_NANOS} gets a thread of its own, and what waits
 * does; and once one has waited for {@link #PATIENCE}, all do for a time, as grpc-java does it by
 * default.
 *
 * <pre>
 *   ONE --a callback waited too long--> MANY, which takes over what waits
 *    ^                                    |
 *    +-------------a pause----------------+
 * </pre>
 *
 * <p>Who blocks at all times would find this out again behind every pause, so the pause grows with
 * each time that follows at once. Idle threads end; what comes after the shutdown still runs, as it
 * is the end of a call that somebody waits for. <em>Thread-safe.</em>
 */
final class CallbackThreads extends AbstractExecutorService {
  static final long LONG_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  static final Duration PATIENCE = Duration.ofMillis(10);
  static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  private static final int IDLE_SECONDS = 10;
  private static final long IDLE = Long.MIN_VALUE;
  private static final VarHandle BUSY_SINCE = busySince();

  private final ThreadPoolExecutor one;
  private final Queue<Runnable> waiting;
  private final ThreadPoolExecutor many;
  private final ScheduledExecutorService watch;
  private final Ticker ticker;

  /**
   * Whether each callback gets a thread of its own. Written by the watch, and at last by the
   * shutdown. A callback is queued before this is read, and what is queued is moved after this is
   * written: one of the two finds it.
   */
  private volatile boolean isCrowded;

  /**
   * Since when the one thread runs a callback, {@link #IDLE} while it does not. Written by it, read
   * by all; seen late, a callback waits in the queue.
   */
  private volatile long busySinceNanos = IDLE;

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

  /**
   * Threads are made as needed.
   *
   * @param watch looks after them; shut down with this
   */
  CallbackThreads(ThreadFactory factory, ScheduledExecutorService watch, Ticker ticker) {
    this.watch = watch;
    this.ticker = ticker;
    this.oneSinceNanos = ticker.nanos();
    LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    this.waiting = queue;
    this.many =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            factory,
            (late, pool) -> factory.newThread(late).start());
    this.one = new TheOne(queue, factory);
    one.allowCoreThreadTimeOut(true);
  }

  private static VarHandle busySince() {
    try {
      return MethodHandles.lookup()
          .findVarHandle(CallbackThreads.class, "busySinceNanos", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @Override
  public void execute(Runnable callback) {
    if (isCrowded) {
      many.execute(callback);
      return;
    }
    if (isHeldUp()) {
      many.execute(callback);
      moveAll();
      return;
    }
    one.execute(callback);
    if (isCrowded) {
      if (one.remove(callback)) {
        many.execute(callback);
      }
    } else if (!looking.get() && looking.compareAndSet(false, true)) {
      lookLater();
    }
  }

  /** Whether the one thread runs a callback. */
  boolean isBusy() {
    return busySinceNanos != IDLE;
  }

  private boolean isHeldUp() {
    long since = busySinceNanos;
    return since != IDLE && ticker.nanos() - since > LONG_NANOS;
  }

  private void lookLater() {
    Future<?> unused = watch.schedule(this::look, PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void look() {
    if (mark != null && !mark.isReached) {
      giveWay();
    } else if (waiting.isEmpty()) {
      mark = null;
      stopLooking();
    } else {
      mark = new Mark();
      lookLater();
      one.execute(mark);
    }
  }

  private void stopLooking() {
    looking.set(false);
    if (!waiting.isEmpty() && looking.compareAndSet(false, true)) {
      lookLater();
    }
  }

  private void giveWay() {
    boolean wasCrowdedJustNow = ticker.nanos() - oneSinceNanos < pauseNanos;
    pauseNanos =
        wasCrowdedJustNow
            ? Math.min(2 * pauseNanos, LONGEST_PAUSE.toNanos())
            : FIRST_PAUSE.toNanos();
    Future<?> unused = watch.schedule(this::tryOneAgain, pauseNanos, TimeUnit.NANOSECONDS);
    isCrowded = true;
    moveAll();
  }

  private void moveAll() {
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

  private void tryOneAgain() {
    mark = null;
    oneSinceNanos = ticker.nanos();
    isCrowded = false;
    stopLooking();
  }

  @Override
  public void shutdown() {
    isCrowded = true;
    watch.shutdownNow();
    one.shutdown();
    moveAll();
    many.shutdown();
  }

  /** As {@link #shutdown}: nothing is taken from a call that waits for its end. */
  @Override
  public List<Runnable> shutdownNow() {
    shutdown();
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return many.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return one.isTerminated() && many.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    long end = ticker.nanos() + unit.toNanos(timeout);
    return one.awaitTermination(timeout, unit)
        && many.awaitTermination(end - ticker.nanos(), TimeUnit.NANOSECONDS);
  }

  /** Tells when it begins with a callback, and when it is done. */
  private final class TheOne extends ThreadPoolExecutor {
    TheOne(LinkedBlockingQueue<Runnable> queue, ThreadFactory factory) {
      super(
          1, 1, IDLE_SECONDS, TimeUnit.SECONDS, queue, factory, (late, pool) -> many.execute(late));
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable callback) {
      BUSY_SINCE.setRelease(CallbackThreads.this, ticker.nanos());
    }

    @Override
    protected void afterExecute(Runnable callback, @Nullable Throwable failure) {
      BUSY_SINCE.setRelease(CallbackThreads.this, IDLE);
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
