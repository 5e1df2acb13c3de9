package io.gitalyrouter.sim.time;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks as events of a virtual time, never inside the call that hands them over. <em>Not
 * thread-safe; confined to the thread that runs the simulation.</em>
 */
public final class VirtualExecutor extends AbstractExecutorService
    implements ScheduledExecutorService {
  private final VirtualTime time;
  private boolean shutdown;

  /** An executor of this time. */
  public VirtualExecutor(VirtualTime time) {
    this.time = time;
  }

  @Override
  public void execute(Runnable task) {
    refuseIfShutdown();
    time.post(task);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return start(new Task<>(task, 0), unit.toNanos(delay));
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    return start(new Task<>(task), unit.toNanos(delay));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return start(new Task<>(task, unit.toNanos(period)), unit.toNanos(initialDelay));
  }

  /** Tasks take no time here, so a fixed delay is a fixed rate. */
  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    return scheduleAtFixedRate(task, initialDelay, delay, unit);
  }

  private <V> Task<V> start(Task<V> task, long delayNanos) {
    refuseIfShutdown();
    task.dueAfter(delayNanos);
    return task;
  }

  private void refuseIfShutdown() {
    if (shutdown) {
      throw new RejectedExecutionException("the executor is shut down");
    }
  }

  @Override
  public void shutdown() {
    shutdown = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown = true;
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shutdown;
  }

  private final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
    private final long periodNanos;
    private long dueNanos;

    Task(Callable<V> task) {
      super(task);
      this.periodNanos = 0;
    }

    @SuppressWarnings("NullAway") // A future of a task has no result: null is what it means.
    Task(Runnable task, long periodNanos) {
      super(task, null);
      this.periodNanos = periodNanos;
    }

    void dueAfter(long delayNanos) {
      dueNanos = time.after(delayNanos, this).nanos();
    }

    @Override
    public void run() {
      if (shutdown) {
        return;
      }
      if (!isPeriodic()) {
        super.run();
      } else if (runAndReset()) {
        dueAfter(periodNanos);
      }
    }

    @Override
    public boolean isPeriodic() {
      return periodNanos > 0;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - time.nanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
