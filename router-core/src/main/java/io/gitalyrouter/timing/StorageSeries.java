package io.gitalyrouter.timing;

import io.gitalyrouter.route.Decision;
import io.grpc.MethodDescriptor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The series of one storage. <em>Thread-safe.</em> */
final class StorageSeries {
  private final String storage;
  private final SeriesTable table;

  /** Grown by the first call of a method under a decision; there are few decisions, all shared. */
  private final Map<String, Map<Decision, OutcomeSeries>> methods = new ConcurrentHashMap<>();

  StorageSeries(String storage, SeriesTable table) {
    this.storage = storage;
    this.table = table;
  }

  /** The series of such calls; null, and the call counted as lost, when there is no place. */
  @Nullable OutcomeSeries of(MethodDescriptor<?, ?> method, Decision decision) {
    Map<Decision, OutcomeSeries> decisions = methods.get(method.getFullMethodName());
    OutcomeSeries outcomes = decisions == null ? null : decisions.get(decision);
    if (outcomes != null) {
      return outcomes;
    }
    if (!table.hasPlace()) {
      table.lost();
      return null;
    }
    return methods
        .computeIfAbsent(method.getFullMethodName(), name -> new ConcurrentHashMap<>())
        .computeIfAbsent(
            decision, first -> new OutcomeSeries(table, CallKind.of(storage, method), first));
  }
}
