package io.gitalyrouter;

import io.gitalyrouter.time.Ticker;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** The threads that a router starts, all named and all daemons. <em>Thread-safe.</em> */
final class RouterThreads {
  private RouterThreads() {}

  /** Run the callbacks of calls that bring no executor; none live while there are no calls. */
  static ExecutorService callbacks() {
    ScheduledThreadPoolExecutor watch =
        new ScheduledThreadPoolExecutor(
            1,
            named("gitaly-router-callwatch"),
            // What is in the queue at the shutdown is moved by it: nobody need look again.
            new ThreadPoolExecutor.DiscardPolicy());
    watch.setKeepAliveTime(10, TimeUnit.SECONDS);
    watch.allowCoreThreadTimeOut(true);
    return new CallbackThreads(named("gitaly-router-call"), watch, Ticker.system());
  }

  /** Wakes the watch of the endpoints. */
  static ScheduledThreadPoolExecutor watch() {
    ScheduledThreadPoolExecutor watch =
        new ScheduledThreadPoolExecutor(1, named("gitaly-router-watch"));
    watch.setRemoveOnCancelPolicy(true);
    watch.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return watch;
  }

  /** Writes the timing log. */
  static ScheduledThreadPoolExecutor timing() {
    ScheduledThreadPoolExecutor timing =
        new ScheduledThreadPoolExecutor(1, named("gitaly-router-timing"));
    timing.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return timing;
  }

  /** Random numbers for any thread, without contention. */
  static RandomGenerator random() {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return ThreadLocalRandom.current().nextLong();
      }

      @Override
      public int nextInt(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
      }
    };
  }

  private static ThreadFactory named(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
