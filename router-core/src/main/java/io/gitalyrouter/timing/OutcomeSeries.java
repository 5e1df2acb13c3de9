package io.gitalyrouter.timing;

import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Route;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The series of one kind of call under one decision, by how the calls end; each is made when the
 * first call ends that way. <em>Thread-safe.</em>
 */
final class OutcomeSeries {
  private final SeriesTable table;
  private final CallKind kind;
  private final Decision decision;

  /** Set once per place by the first call that ends there, read by every later one. */
  private final AtomicReferenceArray<Series> places =
      new AtomicReferenceArray<>(2 * Status.Code.values().length);

  OutcomeSeries(SeriesTable table, CallKind kind, Decision decision) {
    this.table = table;
    this.kind = kind;
    this.decision = decision;
  }

  void record(Route served, Status.Code code, long nanos) {
    int place = 2 * code.value() + (served == Route.NETWORK ? 1 : 0);
    Series series = places.get(place);
    if (series == null) {
      Series made = table.create(kind, decision, served, code);
      if (made == null) {
        table.lost();
        return;
      }
      series = places.compareAndExchange(place, null, made);
      if (series == null) {
        table.publish(made);
        series = made;
      } else {
        table.release();
      }
    }
    series.record(nanos);
  }
}
