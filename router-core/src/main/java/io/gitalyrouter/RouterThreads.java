package io.gitalyrouter;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
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

  /** Runs the callbacks of refused calls; has no thread while there are none. */
  static ExecutorService callbacks() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("gitaly-router-call"));
    pool.allowCoreThreadTimeOut(true);
    return pool;
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
