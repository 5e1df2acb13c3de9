package io.gitalyrouter.timing;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * The durations of the calls of one key. A recorder of a fixed range: recording is wait-free for
 * any number of threads, and takes no lock to grow, as a recorder that sizes itself would.
 * <em>Thread-safe.</em>
 */
final class Series {
  /** One microsecond: what lies below is one bucket. */
  static final long LOWEST_NANOS = 1_000;

  /** One hour: what lies above counts as it. */
  static final long HIGHEST_NANOS = 3_600_000_000_000L;

  private final TimingKey key;
  private final Recorder recorder;

  Series(TimingKey key, int significantDigits) {
    this.key = key;
    this.recorder = new Recorder(LOWEST_NANOS, HIGHEST_NANOS, significantDigits);
  }

  static Histogram scratch(int significantDigits) {
    return new Histogram(LOWEST_NANOS, HIGHEST_NANOS, significantDigits);
  }

  TimingKey key() {
    return key;
  }

  void record(long nanos) {
    recorder.recordValue(Math.min(Math.max(nanos, 0), HIGHEST_NANOS));
  }

  /** Moves what was recorded since the last time into the histogram. For one thread. */
  void drainInto(Histogram slot) {
    recorder.getIntervalHistogramInto(slot);
  }
}
