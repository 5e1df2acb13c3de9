package io.gitalyrouter.bench;

import io.gitalyrouter.bench.NoopRouter.Way;
import io.grpc.Channel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    ExecutorService threads =
        Executors.newSingleThreadExecutor(
            new DefaultThreadFactory("bench-swap-caller", /* daemon= */ true));
    try (NoopRouter router = NoopRouter.open(storages, Way.OFF)) {
      Caller caller = new Caller(router.channel());
      Future<?> calls = threads.submit(caller);
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
      awaitEnd(calls);
      return measured;
    } finally {
      threads.shutdownNow();
    }
  }

  /** A call that got no answer ends the measurement: nothing may be lost in a swap. */
  private static void awaitEnd(Future<?> calls) {
    try {
      calls.get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("calls while tables were swapped", e);
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
