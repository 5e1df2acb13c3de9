package io.gitalyrouter.bench;

import org.HdrHistogram.Histogram;

/**
 * What one short run of calls measured. <em>Not changed after it is made.</em>
 *
 * @param calls the calls that ended
 * @param failures those of them that did not end with OK
 * @param nanos from the first start to the last end
 * @param cpuNanos what this process's threads used meanwhile
 * @param latencies in nanoseconds
 */
record Segment(long calls, long failures, long nanos, long cpuNanos, Histogram latencies) {
  double callsPerSecond() {
    return calls * 1e9 / nanos;
  }

  double cpuPerCallNanos() {
    return (double) cpuNanos / calls;
  }

  double p50Nanos() {
    return latencies.getValueAtPercentile(50);
  }

  double p99Nanos() {
    return latencies.getValueAtPercentile(99);
  }
}
