package io.gitalyrouter.metrics;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.call.LiveTable;
import io.gitalyrouter.call.ReplayBudget;
import io.gitalyrouter.count.CountListener;
import io.gitalyrouter.count.StorageCounts;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.route.Route;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a router's meters in a registry: one set for the router, one for each storage of its table,
 * removed with it. A scrape reads numbers and touches no endpoint. <em>Thread-safe.</em>
 */
public final class RouterMetrics {
  private final MeterRegistry registry;
  private final Supplier<LiveTable> tables;
  private final Map<String, StorageMeters> storages = new ConcurrentHashMap<>();
  private final TimeBatches times = new TimeBatches();
  private final MeterSet own;
  private final LastChanges changes;
  private final ServerVersions servers;

  /** Set once, before the first table, whose recorders read it, and the first tick. */
  private volatile @Nullable CallsPerId perId;

  /**
   * Registers the router's own meters.
   *
   * @param clock dates changes
   */
  public RouterMetrics(
      MeterRegistry registry, Supplier<LiveTable> tables, ReplayBudget budget, Clock clock) {
    this.registry = registry;
    this.tables = tables;
    this.own = new MeterSet(registry, Tags.empty());
    own.gauge(RouterMeters.REPLAY_BYTES, budget::retainedBytes);
    own.gauge(RouterMeters.GENERATION, () -> tables.get().generation());
    own.gauge(RouterMeters.FORCED_LOCAL, () -> isForcedLocal() ? 1 : 0);
    own.gauge(
        RouterMeters.BUILD_INFO,
        () -> 1,
        "version",
        BuildVersion.read(),
        "java",
        Runtime.version().toString());
    this.changes = new LastChanges(clock, own);
    this.servers = new ServerVersions(registry, tables);
  }

  private boolean isForcedLocal() {
    return tables.get().forcedLocal().isPresent();
  }

  /** A listener that keeps what follows from events up to date, and passes all on. */
  public RouterListener listening(RouterListener next) {
    return event -> {
      if (!(event instanceof RouterEvent.CallMoved)) {
        changes.note(event, isForcedLocal());
        servers.note(event);
      }
      next.onEvent(event);
    };
  }

  /** Makes the meters of a storage; what it counts is shown once that is there. */
  public CountListener open(String storage) {
    return storages.computeIfAbsent(
        storage, name -> new StorageMeters(registry, name, tables, times));
  }

  /** Shows what a storage counts. */
  public void show(String storage, StorageCounts counts) {
    StorageMeters meters = storages.get(storage);
    if (meters != null) {
      meters.show(counts);
    }
  }

  /** Shows how the configuration is. */
  public void showConfig(DoubleSupplier ageSeconds, BooleanSupplier isStale, IntSupplier problems) {
    own.gauge(RouterMeters.CONFIG_AGE, ageSeconds);
    own.gauge(RouterMeters.CONFIG_STALE, () -> isStale.getAsBoolean() ? 1 : 0);
    own.gauge(RouterMeters.CONFIG_PROBLEMS, problems::getAsInt);
  }

  /**
   * Shows how many calls of one correlation id go to each route, from the next {@link #recorder}
   * on.
   *
   * @param quiet how long an id has no calls before it is told
   * @param nanos the ticker's time
   */
  public void countPerId(Duration quiet, LongSupplier nanos) {
    perId =
        new CallsPerId(
            own.summary(RouterMeters.CALLS_PER_ID, "route", Route.LOCAL.label()),
            own.summary(RouterMeters.CALLS_PER_ID, "route", Route.NETWORK.label()),
            quiet,
            nanos);
  }

  /** Who hears of calls, beside what is counted anyway: the given recorder, and others before. */
  public CallRecorder recorder(CallRecorder next) {
    CallsPerId counting = perId;
    return counting == null ? next : counting.recorder(next);
  }

  /** The breaker of a storage would have opened. */
  public void breakerWouldTrip(String storage) {
    StorageMeters meters = storages.get(storage);
    if (meters != null) {
      meters.breakerWouldTrip();
    }
  }

  /** The breaker of a storage came into a state. */
  public void breakerCame(String storage, String state) {
    StorageMeters meters = storages.get(storage);
    if (meters != null) {
      meters.breakerCame(state);
    }
  }

  /**
   * Tells what is not told yet: times of calls, and ids that are quiet. To be called every second.
   */
  public void tick() {
    times.tellAll();
    CallsPerId counting = perId;
    if (counting != null) {
      counting.sweep();
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

  /** Tells the times that are left, and removes all meters of this router. */
  public void close() {
    times.tellAll();
    retain(Set.of());
    servers.close();
    own.remove();
  }
}
