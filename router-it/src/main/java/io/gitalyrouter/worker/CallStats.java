package io.gitalyrouter.worker;

import io.gitalyrouter.worker.proto.CallCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Counts and times ended calls by phase, method and route. <em>Thread-safe.</em> */
final class CallStats {
  private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(10);
  private static final int SIGNIFICANT_DIGITS = 3;

  private final Map<Key, Cell> cells = new ConcurrentHashMap<>();

  private record Key(String phase, String method, String route) {}

  private record Cell(ConcurrentHistogram micros, Map<String, LongAdder> statuses) {
    static Cell create() {
      return new Cell(
          new ConcurrentHistogram(LONGEST_MICROS, SIGNIFICANT_DIGITS), new ConcurrentHashMap<>());
    }
  }

  void add(CallRecord call, CallRecord.Ending ending) {
    Cell cell =
        cells.computeIfAbsent(
            new Key(call.phase(), call.method(), ending.route()), key -> Cell.create());
    cell.micros().recordValue(Math.min(ending.micros(), LONGEST_MICROS));
    cell.statuses().computeIfAbsent(ending.status(), status -> new LongAdder()).increment();
  }

  /** The sums over all methods, by phase and route. */
  List<CallCount> byPhaseAndRoute() {
    Map<String, Histogram> histograms = new TreeMap<>();
    Map<String, Map<String, Long>> statuses = new TreeMap<>();
    cells.forEach(
        (key, cell) -> {
          String group = key.phase() + " " + key.route();
          histograms
              .computeIfAbsent(group, g -> new Histogram(LONGEST_MICROS, SIGNIFICANT_DIGITS))
              .add(cell.micros());
          Map<String, Long> sums = statuses.computeIfAbsent(group, g -> new TreeMap<>());
          cell.statuses().forEach((status, count) -> sums.merge(status, count.sum(), Long::sum));
        });
    List<CallCount> counts = new ArrayList<>();
    histograms.forEach(
        (group, histogram) -> {
          int space = group.indexOf(' ');
          counts.add(
              CallCount.newBuilder()
                  .setPhase(group.substring(0, space))
                  .setRoute(group.substring(space + 1))
                  .putAllStatuses(statuses.getOrDefault(group, Map.of()))
                  .setP50Micros(histogram.getValueAtPercentile(50))
                  .setP95Micros(histogram.getValueAtPercentile(95))
                  .setP99Micros(histogram.getValueAtPercentile(99))
                  .build());
        });
    return List.copyOf(counts);
  }
}
