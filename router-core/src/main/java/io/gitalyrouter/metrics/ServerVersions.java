package io.gitalyrouter.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.gitalyrouter.call.LiveTable;
import io.gitalyrouter.call.RouteSet;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.route.Route;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Shows the versions of the servers of each storage whose role is on. Many storages share a server,
 * and each is told of by itself, so only what changed is registered anew. <em>Thread-safe; events
 * come one at a time, and the lock is for who closes meanwhile.</em>
 */
final class ServerVersions {
  private final MeterRegistry registry;
  private final Supplier<LiveTable> tables;
  private final Object lock = new Object();

  @GuardedBy("lock") private final Map<Side, Shown> shown = new HashMap<>();

  ServerVersions(MeterRegistry registry, Supplier<LiveTable> tables) {
    this.registry = registry;
    this.tables = tables;
  }

  private record Side(String storage, Route route) {}

  private record Shown(String version, MeterSet meters) {}

  /** A version is known before the check of its storage is told, and void before that too. */
  void note(RouterEvent event) {
    if (event instanceof RouterEvent.StorageChecked checked) {
      synchronized (lock) {
        show(checked.storage(), tables.get());
      }
    } else if (event instanceof RouterEvent.EndpointChanged changed) {
      synchronized (lock) {
        LiveTable table = tables.get();
        table
            .storages()
            .forEach(
                (storage, set) -> {
                  if (isOn(set, changed.address())) {
                    show(storage, table);
                  }
                });
      }
    } else if (event instanceof RouterEvent.TableApplied) {
      synchronized (lock) {
        LiveTable table = tables.get();
        Set<String> storages = new HashSet<>(table.storages().keySet());
        shown.keySet().forEach(side -> storages.add(side.storage()));
        storages.forEach(storage -> show(storage, table));
      }
    }
  }

  private static boolean isOn(RouteSet set, String address) {
    RouteSet.Network network = set.network();
    return set.local().endpoint().address().equals(address)
        || (network != null && network.endpoint().endpoint().address().equals(address));
  }

  @GuardedBy("lock") private void show(String storage, LiveTable table) {
    RouteSet set = table.routes(storage);
    RouteSet.Network network = set == null ? null : set.network();
    Optional<String> local = Optional.empty();
    Optional<String> remote = Optional.empty();
    if (set != null && network != null) {
      local = set.local().version();
      remote = network.endpoint().version();
    }
    show(new Side(storage, Route.LOCAL), local);
    show(new Side(storage, Route.NETWORK), remote);
  }

  @GuardedBy("lock") private void show(Side side, Optional<String> version) {
    Shown before = shown.get(side);
    if (version.equals(Optional.ofNullable(before).map(Shown::version))) {
      return;
    }
    if (before != null) {
      before.meters().remove();
      shown.remove(side);
    }
    version.ifPresent(
        told -> {
          MeterSet meters = new MeterSet(registry, Tags.of("storage", side.storage()));
          meters.gauge(
              RouterMeters.SERVER_INFO, () -> 1, "route", side.route().label(), "version", told);
          shown.put(side, new Shown(told, meters));
        });
  }

  void close() {
    synchronized (lock) {
      shown.values().forEach(each -> each.meters().remove());
      shown.clear();
    }
  }
}
