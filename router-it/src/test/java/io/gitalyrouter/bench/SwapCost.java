package io.gitalyrouter.bench;

import io.gitalyrouter.bench.NoopRouter.Way;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * What the swap of a table of many storages does to the calls that are made meanwhile. Swaps that
 * are not measured come first: on a machine of two processors a compiler thread is one too many.
 */
final class SwapCost {
  /**
   * As many calls as a busy worker makes: without a pause between them, their own garbage would be
   * collected in every second swap.
   */
  private static final long INTERVAL_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private SwapCost() {}

  /**
   * The longest call while a table was swapped, and in a time of the same length without a swap.
   *
   * @param applyNanos how long the swap took
   */
  record Swap(long applyNanos, long longestNanos, long longestWithoutNanos) {
    double addedNanos() {
      return (double) longestNanos - longestWithoutNanos;
    }
  }

  /** Swaps so often, between two tables that differ in every storage. */
  static List<Swap> measure(int storages, int swaps) {
    try (NoopRouter router = NoopRouter.open(storages, Way.OFF)) {
      Caller caller = new Caller(router.channel());
      Thread thread = new Thread(caller, "bench-swap-caller");
      thread.setDaemon(true);
      thread.start();
      List<Swap> measured = new ArrayList<>();
      for (int i = -swaps; i < swaps; i++) {
        caller.longest.set(0);
        long startNanos = System.nanoTime();
        router.apply(i % 2 == 0 ? Way.NETWORK : Way.OFF);
        long applyNanos = System.nanoTime() - startNanos;
        long during = caller.longest.getAndSet(0);
        LockSupport.parkNanos(applyNanos);
        if (i >= 0) {
          measured.add(new Swap(applyNanos, during, caller.longest.get()));
        }
      }
      caller.isStopped = true;
      return measured;
    }
  }

  private static final class Caller implements Runnable {
    private final Channel channel;

    /** Raised by the caller, taken by who swaps. */
    private final AtomicLong longest = new AtomicLong();

    /** Written by who swaps, read by the caller. */
    private volatile boolean isStopped;

    Caller(Channel channel) {
      this.channel = channel;
    }

    @Override
    public void run() {
      long intendedNanos = System.nanoTime();
      while (!isStopped) {
        while (System.nanoTime() - intendedNanos < 0) {
          Thread.onSpinWait();
        }
        NoopCall.make(channel);
        long tookNanos = System.nanoTime() - intendedNanos;
        if (tookNanos > longest.get()) {
          longest.accumulateAndGet(tookNanos, Math::max);
        }
        intendedNanos += INTERVAL_NANOS * (1 + tookNanos / INTERVAL_NANOS);
      }
    }
  }
}
