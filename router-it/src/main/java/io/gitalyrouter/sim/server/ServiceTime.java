package io.gitalyrouter.sim.server;

import io.gitalyrouter.sim.time.Chance;

/**
 * How long a healthy server works on a call: a floor, an exponential part, and now and then a
 * repository that is ten times as large. A call's time depends on the call and the server only.
 * <em>Immutable.</em>
 *
 * @param factor how slow the server's disk is; 1 for its own, more for one over NFS
 */
public record ServiceTime(double factor) {
  private static final double FLOOR_NANOS = 1e6;
  private static final double MEAN_NANOS = 4e6;
  private static final double STREAM = 3;
  private static final double LARGE_SHARE = 0.01;
  private static final double LARGE = 10;

  long nanos(Asked asked, Chance chance) {
    double nanos = FLOOR_NANOS + chance.exponential(MEAN_NANOS);
    double size = chance.nextDouble() < LARGE_SHARE ? LARGE : 1;
    return (long) (nanos * size * factor * (asked.isStream() ? STREAM : 1));
  }
}
