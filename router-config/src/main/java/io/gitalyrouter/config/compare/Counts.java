package io.gitalyrouter.config.compare;

import java.util.Arrays;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * The buckets of one histogram that hold something: durations from {@code lower} to below {@code
 * upper}, in nanoseconds. <em>Immutable; the arrays are not to be written.</em>
 */
final class Counts {
  private final long[] lower;
  private final long[] upper;
  private final long[] count;

  Counts(long[] lower, long[] upper, long[] count) {
    this.lower = lower;
    this.upper = upper;
    this.count = count;
  }

  long[] lower() {
    return lower;
  }

  long[] upper() {
    return upper;
  }

  long[] count() {
    return count;
  }

  static Counts of(Histogram histogram) {
    int buckets = 0;
    long[] lower = new long[16];
    long[] upper = new long[16];
    long[] count = new long[16];
    for (HistogramIterationValue value : histogram.recordedValues()) {
      if (buckets == count.length) {
        lower = Arrays.copyOf(lower, 2 * buckets);
        upper = Arrays.copyOf(upper, 2 * buckets);
        count = Arrays.copyOf(count, 2 * buckets);
      }
      long recorded = value.getValueIteratedTo();
      lower[buckets] = histogram.lowestEquivalentValue(recorded);
      upper[buckets] = histogram.nextNonEquivalentValue(recorded);
      count[buckets] = value.getCountAddedInThisIterationStep();
      buckets++;
    }
    return new Counts(
        Arrays.copyOf(lower, buckets),
        Arrays.copyOf(upper, buckets),
        Arrays.copyOf(count, buckets));
  }

  long calls() {
    return Arrays.stream(count).sum();
  }
}
