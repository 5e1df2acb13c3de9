package io.gitalyrouter.metrics;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.call.LiveTable;
import io.gitalyrouter.call.ReplayBudget;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Keeps a router's meters in a registry: one set for the router, one for each storage of its table,
 * removed with it. A scrape reads numbers and touches no endpoint. <em>Thread-safe.</em>
 */
public final class RouterMetrics {
  private final MeterRegistry registry;
  private final Supplier<LiveTable> tables;
  private final Map<String, StorageMeters> storages = new ConcurrentHashMap<>();
  private final List<Meter> own = new ArrayList<>();

  /** Registers the router's own meters. */
  public RouterMetrics(MeterRegistry registry, Supplier<LiveTable> tables, ReplayBudget budget) {
    this.registry = registry;
    this.tables = tables;
    own.add(gauge(RouterMeters.REPLAY_BYTES, () -> budget.retainedBytes()));
    own.add(gauge(RouterMeters.GENERATION, () -> tables.get().generation()));
    own.add(gauge(RouterMeters.FORCED_LOCAL, () -> tables.get().forcedLocal().isPresent() ? 1 : 0));
  }

  private Meter gauge(RouterMeters meter, Supplier<Number> value) {
    return Gauge.builder(meter.meterName(), value)
        .description(meter.meaning())
        .strongReference(true)
        .register(registry);
  }

  /** The meters of a storage, made when it is first asked for. */
  public CallRecorder recorder(String storage) {
    return storages.computeIfAbsent(storage, name -> new StorageMeters(registry, name, tables));
  }

  /** The breaker of a storage would have opened. */
  public void breakerWouldTrip(String storage) {
    StorageMeters meters = storages.get(storage);
    if (meters != null) {
      meters.breakerWouldTrip();
    }
  }

  /** Removes the meters of all storages but these. */
  public void retain(Set<String> names) {
    storages.forEach(
        (name, meters) -> {
          if (!names.contains(name) && storages.remove(name, meters)) {
            meters.remove();
          }
        });
  }

  /** Removes all meters of this router. */
  public void close() {
    retain(Set.of());
    own.forEach(registry::remove);
  }
}
