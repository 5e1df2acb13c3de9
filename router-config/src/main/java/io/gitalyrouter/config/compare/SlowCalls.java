package io.gitalyrouter.config.compare;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What is slow for one method: beyond the 99th percentile of calls that were seen before. */
final class SlowCalls {
  /** With fewer calls a 99th percentile is a guess. */
  private static final long MIN_CALLS = 500;

  private static final double QUANTILE = 0.99;

  /** Calls by the upper edge of their bucket. */
  private final TreeMap<Long, Long> known = new TreeMap<>();

  private long calls;
  private OptionalLong threshold = OptionalLong.empty();

  /** Adds calls, and those of them that are slow; nothing while it is not known what slow is. */
  void addTo(long[] seen, Counts counts) {
    if (threshold.isPresent()) {
      for (int i = 0; i < counts.count().length; i++) {
        seen[0] += counts.count()[i];
        seen[1] += counts.lower()[i] >= threshold.getAsLong() ? counts.count()[i] : 0;
      }
    }
  }

  void learn(Counts counts) {
    for (int i = 0; i < counts.count().length; i++) {
      known.merge(counts.upper()[i], counts.count()[i], Long::sum);
      calls += counts.count()[i];
    }
    if (calls >= MIN_CALLS) {
      long below = 0;
      for (Map.Entry<Long, Long> bucket : known.entrySet()) {
        below += bucket.getValue();
        if (below >= QUANTILE * calls) {
          threshold = OptionalLong.of(bucket.getKey());
          return;
        }
      }
    }
  }
}
