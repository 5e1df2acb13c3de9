package io.gitalyrouter.bench;

import io.grpc.Channel;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How calls follow each other. <em>Immutable.</em>
 *
 * @param inFlight so many callers, each of which starts its next call when one ends; 0 for a fixed
 *     rate
 * @param perSecond so many calls start in a second, whatever became of those before; 0 for a closed
 *     loop
 */
record Load(int inFlight, int perSecond) {
  private static final long DEADLINE_MILLIS = 60_000;

  static Load closed(int inFlight) {
    return new Load(inFlight, 0);
  }

  static Load rate(int perSecond) {
    return new Load(0, perSecond);
  }

  String label() {
    return perSecond > 0 ? perSecond + " calls/s" : inFlight + " in flight";
  }

  /** Calls for a time; in a closed loop every caller makes one call at least. */
  Segment run(Channel channel, Workload workload, Duration length) {
    Running running = new Running(channel, workload, length.toNanos());
    ThreadCpu before = ThreadCpu.now();
    long startNanos = System.nanoTime();
    CountDownLatch open =
        perSecond > 0 ? running.atRate(perSecond, startNanos) : running.loop(inFlight, startNanos);
    try {
      if (!open.await(2 * DEADLINE_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(workload.name() + ": calls did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    long tookNanos = System.nanoTime() - startNanos;
    return running.segment(tookNanos, ThreadCpu.now().since(before));
  }

  private static final class Running {
    private final Channel channel;
    private final Workload workload;
    private final long lengthNanos;
    private final LongAdder failures = new LongAdder();
    private final Histogram latencies = new ConcurrentHistogram(2);

    Running(Channel channel, Workload workload, long lengthNanos) {
      this.channel = channel;
      this.workload = workload;
      this.lengthNanos = lengthNanos;
    }

    CountDownLatch loop(int callers, long startNanos) {
      CountDownLatch open = new CountDownLatch(callers);
      for (int i = 0; i < callers; i++) {
        next(startNanos, open);
      }
      return open;
    }

    private void next(long startNanos, CountDownLatch open) {
      long callNanos = System.nanoTime();
      workload.start(
          channel,
          DEADLINE_MILLIS,
          (status, server) -> {
            long now = System.nanoTime();
            record(status, now - callNanos);
            if (now - startNanos < lengthNanos) {
              next(startNanos, open);
            } else {
              open.countDown();
            }
          });
    }

    CountDownLatch atRate(int perSecond, long startNanos) {
      long intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
      int calls = Math.max(1, (int) (lengthNanos / intervalNanos));
      CountDownLatch open = new CountDownLatch(calls);
      for (int i = 0; i < calls; i++) {
        long intendedNanos = startNanos + i * intervalNanos;
        for (long early = intendedNanos - System.nanoTime();
            early > 0;
            early = intendedNanos - System.nanoTime()) {
          LockSupport.parkNanos(early);
        }
        workload.start(
            channel,
            DEADLINE_MILLIS,
            (status, server) -> {
              record(status, System.nanoTime() - intendedNanos);
              open.countDown();
            });
      }
      return open;
    }

    private void record(Status status, long tookNanos) {
      if (!status.isOk()) {
        failures.increment();
      }
      latencies.recordValue(tookNanos);
    }

    Segment segment(long tookNanos, long cpuNanos) {
      return new Segment(latencies.getTotalCount(), failures.sum(), tookNanos, cpuNanos, latencies);
    }
  }
}
