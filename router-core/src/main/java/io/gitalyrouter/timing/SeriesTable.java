package io.gitalyrouter.timing;

import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Route;
import io.grpc.Status;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** All series of a process, and the bound of their number. <em>Thread-safe.</em> */
final class SeriesTable {
  private final String host;
  private final int significantDigits;
  private final int maxSeries;

  /** Places taken; moved by calls that begin a series, never above the bound. */
  private final AtomicInteger taken = new AtomicInteger();

  /** Appended to by calls, walked by the writer, which may miss the newest for one slot. */
  private final Queue<Series> series = new ConcurrentLinkedQueue<>();

  private final LongAdder lost = new LongAdder();

  SeriesTable(TimingSettings settings) {
    this.host = settings.host();
    this.significantDigits = settings.significantDigits();
    this.maxSeries = settings.maxSeries();
  }

  /** A new series, not yet published; null when there is no place for it. */
  @Nullable Series create(CallKind kind, Decision decision, Route served, Status.Code code) {
    if (!hasPlace() || taken.incrementAndGet() > maxSeries) {
      return null;
    }
    return new Series(TimingKey.of(host, kind, decision, served, code.name()), significantDigits);
  }

  /** Asked before a lookup structure grows, so that it stays bounded as the series are. */
  boolean hasPlace() {
    return taken.get() < maxSeries;
  }

  void publish(Series made) {
    series.add(made);
  }

  /** Gives back the place of a series that lost against another of the same key. */
  void release() {
    taken.decrementAndGet();
  }

  void lost() {
    lost.increment();
  }

  long takeLost() {
    return lost.sumThenReset();
  }

  Iterable<Series> all() {
    return series;
  }
}
