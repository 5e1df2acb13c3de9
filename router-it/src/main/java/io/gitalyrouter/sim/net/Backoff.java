package io.gitalyrouter.sim.net;

import io.gitalyrouter.sim.time.Chance;
import java.util.concurrent.TimeUnit;

/**
 * The pauses between grpc's own connection attempts: 1 s, growing by 1.6 up to 120 s, give or take
 * a fifth. <em>Not thread-safe; confined to the thread that runs the simulation.</em>
 */
final class Backoff {
  private static final double FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final double MAX_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final double GROWTH = 1.6;
  private static final double JITTER = 0.2;

  private final Chance chance;
  private double nextNanos = FIRST_NANOS;

  Backoff(Chance chance) {
    this.chance = chance;
  }

  long next() {
    double now = nextNanos;
    nextNanos = Math.min(MAX_NANOS, now * GROWTH);
    return (long) (now * (1 + JITTER * (2 * chance.nextDouble() - 1)));
  }

  void reset() {
    nextNanos = FIRST_NANOS;
  }
}
