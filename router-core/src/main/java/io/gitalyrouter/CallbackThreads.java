package io.gitalyrouter;

import io.gitalyrouter.time.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the callbacks of calls that bring no executor. One thread runs them in turn: it is seldom
 * put to sleep and woken while there is work, which is most of what a small call costs. But a
 * callback may take long, or block, and must not hold up others for more than a moment: then they
 * get threads of their own, as grpc-java does it by default. {@link CallbackQueue} decides.
 *
 * <p>Idle threads end; what comes after the shutdown still runs, as it is the end of a call that
 * somebody waits for. <em>Thread-safe.</em>
 */
final class CallbackThreads extends AbstractExecutorService {
  static final long LONG_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private static final int IDLE_SECONDS = 10;
  private static final long IDLE = Long.MIN_VALUE;
  private static final VarHandle BUSY_SINCE = busySince();

  private final ThreadPoolExecutor one;
  private final ThreadPoolExecutor many;
  private final CallbackQueue queue;
  private final ScheduledExecutorService watch;
  private final Ticker ticker;

  /**
   * Since when the one thread runs a callback, {@link #IDLE} while it does not. Written by it, read
   * by all; seen late, a callback waits in the queue.
   */
  private volatile long busySinceNanos = IDLE;

  /**
   * Threads are made as needed.
   *
   * @param watch looks after them; shut down with this
   */
  CallbackThreads(ThreadFactory factory, ScheduledExecutorService watch, Ticker ticker) {
    this.watch = watch;
    this.ticker = ticker;
    this.many =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            factory,
            (late, pool) -> factory.newThread(late).start());
    this.one = new TheOne(factory);
    one.allowCoreThreadTimeOut(true);
    this.queue = new CallbackQueue(one, one.getQueue(), many, this::isHeldUp, this::later, ticker);
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
    queue.execute(callback);
  }

  /** Whether the one thread runs a callback. */
  boolean isBusy() {
    return busySinceNanos != IDLE;
  }

  private boolean isHeldUp() {
    long since = busySinceNanos;
    return since != IDLE && ticker.nanos() - since > LONG_NANOS;
  }

  private void later(Runnable task, long delayNanos) {
    Future<?> unused = watch.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
  }

  /** What waits is moved behind the last that the one thread takes: nothing waits for good. */
  @Override
  public void shutdown() {
    watch.shutdownNow();
    one.shutdown();
    queue.moveAll();
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
    TheOne(ThreadFactory factory) {
      super(
          1,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          factory,
          (late, pool) -> many.execute(late));
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
}
