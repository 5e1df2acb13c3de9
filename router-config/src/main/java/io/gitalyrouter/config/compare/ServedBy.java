package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The calls of an arm that one route served. <em>Immutable.</em>
 *
 * @param arm the assigned arm
 * @param served the route that served
 * @param calls how many
 * @param quantilesMillis at the report's quantiles, raw, in milliseconds
 */
public record ServedBy(Route arm, Route served, long calls, List<Double> quantilesMillis) {
  /** Copies the list. */
  public ServedBy {
    quantilesMillis = List.copyOf(quantilesMillis);
  }

  static List<ServedBy> of(Assigned assigned) {
    List<ServedBy> all = new ArrayList<>();
    for (Route arm : Route.values()) {
      for (Route served : Route.values()) {
        TreeMap<Long, Long> buckets = new TreeMap<>();
        for (Assigned.Slot slot : assigned.slots()) {
          if (slot.arm() == arm && slot.counts().key().served() == served) {
            Counts counts = slot.counts().counts();
            for (int i = 0; i < counts.count().length; i++) {
              long middle = (counts.lower()[i] + counts.upper()[i]) / 2;
              buckets.merge(middle, counts.count()[i], Long::sum);
            }
          }
        }
        if (!buckets.isEmpty()) {
          all.add(of(arm, served, buckets));
        }
      }
    }
    return all;
  }

  private static ServedBy of(Route arm, Route served, TreeMap<Long, Long> buckets) {
    long calls = buckets.values().stream().mapToLong(Long::longValue).sum();
    List<Double> quantiles = new ArrayList<>();
    for (double quantile : EffectEstimator.QUANTILES) {
      long below = 0;
      long value = buckets.lastKey();
      for (var bucket : buckets.entrySet()) {
        below += bucket.getValue();
        if (below >= quantile * calls) {
          value = bucket.getKey();
          break;
        }
      }
      quantiles.add(value / 1e6);
    }
    return new ServedBy(arm, served, calls, quantiles);
  }
}
