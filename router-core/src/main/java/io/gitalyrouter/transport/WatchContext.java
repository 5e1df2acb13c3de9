package io.gitalyrouter.transport;

import io.gitalyrouter.time.Ticker;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Where table swaps, life cycles and verdicts run, one after the other. <em>Thread-safe.</em>
 *
 * @param serial runs them; calls never wait for it
 * @param scheduler wakes it up
 * @param ticker the time
 * @param random for jitter
 */
public record WatchContext(
    SynchronizationContext serial,
    ScheduledExecutorService scheduler,
    Ticker ticker,
    RandomGenerator random) {

  void execute(Runnable task) {
    serial.execute(task);
  }

  void schedule(Runnable task, Duration delay) {
    try {
      serial.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS, scheduler);
    } catch (RejectedExecutionException e) {
      // The scheduler ends with the router; nothing is watched after that.
      assert scheduler.isShutdown();
    }
  }
}
