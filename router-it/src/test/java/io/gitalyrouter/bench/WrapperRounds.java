package io.gitalyrouter.bench;

import com.sun.management.ThreadMXBean;
import io.gitalyrouter.bench.NoopRouter.Way;
import io.gitalyrouter.stripe.Stripes;
import io.grpc.Channel;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;

/**
 * What the router adds to a call over a channel that answers at once: short runs with and without
 * it in turns, each by a number of threads. One process measures one way, so that the compiler
 * knows no other.
 */
final class WrapperRounds {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int[] THREAD_COUNTS = {1, 4, 16};

  private final Effort effort;

  WrapperRounds(Effort effort) {
    this.effort = effort;
  }

  /**
   * One run.
   *
   * @param nanosPerCall wall time from the common start to the last end, times the processors that
   *     the threads could use, per call
   * @param cpuNanosPerCall processor time of the calling threads, which others do not stretch
   * @param bytesPerCall allocated
   */
  record Run(double nanosPerCall, double cpuNanosPerCall, double bytesPerCall) {}

  /** A run without the router, and one with it. */
  record Pair(Run bare, Run routed) {
    double addedNanos() {
      return routed.cpuNanosPerCall - bare.cpuNanosPerCall;
    }

    double addedBytes() {
      return routed.bytesPerCall - bare.bytesPerCall;
    }
  }

  /** The pairs of one way with so many threads, over a table of so many storages. */
  record Cost(Way way, int threads, int storages, List<Pair> pairs) {
    Cost {
      pairs = List.copyOf(pairs);
    }

    Samples addedNanos() {
      return Samples.of(pairs, Pair::addedNanos);
    }

    Samples addedBytes() {
      return Samples.of(pairs, Pair::addedBytes);
    }

    Samples bareNanos() {
      return Samples.of(pairs, pair -> pair.bare().cpuNanosPerCall());
    }
  }

  /** Measures one way, with all numbers of threads and storages. */
  List<Cost> run(Way way) {
    List<Cost> costs = new ArrayList<>();
    for (int storages : effort.storages()) {
      try (NoopRouter router = NoopRouter.open(storages, way)) {
        Channel bare = router.bare();
        Channel routed = router.channel();
        warmUp(bare, effort.blockWarmUp().toNanos() / 4);
        warmUp(routed, effort.blockWarmUp().toNanos());
        for (int threads : THREAD_COUNTS) {
          costs.add(new Cost(way, threads, storages, pairs(bare, routed, threads)));
        }
      }
    }
    return costs;
  }

  /**
   * Calls for so much processor time, by one thread after the other: the first call of a thread's
   * stripe makes what the others find, which compiled code has to have seen.
   */
  static void warmUp(Channel channel, long cpuNanos) {
    for (int i = 0; i < Stripes.COUNT; i++) {
      Thread thread =
          new Thread(() -> warmUpHere(channel, cpuNanos / Stripes.COUNT), "bench-warm-up-" + i);
      thread.start();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  private static void warmUpHere(Channel channel, long cpuNanos) {
    long startNanos = THREADS.getCurrentThreadCpuTime();
    while (THREADS.getCurrentThreadCpuTime() - startNanos < cpuNanos) {
      for (int i = 0; i < Caller.BATCH; i++) {
        NoopCall.make(channel);
      }
    }
  }

  private List<Pair> pairs(Channel bare, Channel routed, int threads) {
    long nanos = effort.block().toNanos();
    List<Pair> pairs = new ArrayList<>();
    for (int round = 0; round < effort.rounds(); round++) {
      if (round % 2 == 0) {
        Run without = run(bare, threads, nanos);
        pairs.add(new Pair(without, run(routed, threads, nanos)));
      } else {
        Run with = run(routed, threads, nanos);
        pairs.add(new Pair(run(bare, threads, nanos), with));
      }
    }
    return pairs;
  }

  private static Run run(Channel channel, int threads, long nanos) {
    List<Caller> callers = new ArrayList<>();
    Window window = new Window(nanos);
    CyclicBarrier start = new CyclicBarrier(threads, window::open);
    CountDownLatch open = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Caller caller = new Caller(channel, window, start, open);
      callers.add(caller);
      Thread thread = new Thread(caller, "bench-caller-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    try {
      open.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    int processors = Math.min(threads, Runtime.getRuntime().availableProcessors());
    long calls = callers.stream().mapToLong(caller -> caller.calls).sum();
    long cpuNanos = callers.stream().mapToLong(caller -> caller.cpuNanos).sum();
    long bytes = callers.stream().mapToLong(caller -> caller.bytes).sum();
    long lastNanos = callers.stream().mapToLong(caller -> caller.endNanos).max().orElseThrow();
    double wallNanos = lastNanos - window.startNanos;
    return new Run(
        wallNanos * processors / calls, (double) cpuNanos / calls, (double) bytes / calls);
  }

  /**
   * In which all callers call: a thread that the processor takes up late has less of it. Opened by
   * the last at the barrier, read by all behind it.
   */
  private static final class Window {
    private final long length;
    private long startNanos;

    Window(long length) {
      this.length = length;
    }

    void open() {
      startNanos = System.nanoTime();
    }

    boolean isOpen(long nanos) {
      return nanos - startNanos < length;
    }
  }

  /** Its results are read after its latch. */
  private static final class Caller implements Runnable {
    private static final int BATCH = 100;

    private final Channel channel;
    private final Window window;
    private final CyclicBarrier start;
    private final CountDownLatch open;
    private long calls;
    private long bytes;
    private long endNanos;
    private long cpuNanos;

    Caller(Channel channel, Window window, CyclicBarrier start, CountDownLatch open) {
      this.channel = channel;
      this.window = window;
      this.start = start;
      this.open = open;
    }

    @Override
    public void run() {
      try {
        start.await();
      } catch (InterruptedException | BrokenBarrierException e) {
        throw new IllegalStateException(e);
      }
      long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
      long cpuBefore = THREADS.getCurrentThreadCpuTime();
      endNanos = System.nanoTime();
      while (window.isOpen(endNanos)) {
        for (int i = 0; i < BATCH; i++) {
          NoopCall.make(channel);
        }
        calls += BATCH;
        endNanos = System.nanoTime();
      }
      cpuNanos = THREADS.getCurrentThreadCpuTime() - cpuBefore;
      bytes = THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
      open.countDown();
    }
  }
}
