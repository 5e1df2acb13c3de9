package io.gitalyrouter.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.gitalyrouter.call.LiveTable;
import io.gitalyrouter.call.RouteSet;
import io.gitalyrouter.event.RouterEvent;
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

  @GuardedBy("lock") private final Map<String, Shown> shown = new HashMap<>();

  ServerVersions(MeterRegistry registry, Supplier<LiveTable> tables) {
    this.registry = registry;
    this.tables = tables;
  }

  private record Versions(Optional<String> local, Optional<String> network) {
    static final Versions NONE = new Versions(Optional.empty(), Optional.empty());

    static Versions of(RouteSet.Network network, RouteSet set) {
      return new Versions(set.local().version(), network.endpoint().version());
    }
  }

  private record Shown(Versions versions, MeterSet meters) {}

  /** A version is known before the check of its storage is told, and void before that too. */
  void note(RouterEvent event) {
    if (event instanceof RouterEvent.StorageChecked checked) {
      synchronized (lock) {
        show(checked.storage(), tables.get());
      }
    } else if (event instanceof RouterEvent.TableApplied
        || event instanceof RouterEvent.EndpointChanged) {
      synchronized (lock) {
        LiveTable table = tables.get();
        Set<String> storages = new HashSet<>(shown.keySet());
        storages.addAll(table.storages().keySet());
        storages.forEach(storage -> show(storage, table));
      }
    }
  }

  @GuardedBy("lock") private void show(String storage, LiveTable table) {
    RouteSet set = table.routes(storage);
    RouteSet.Network network = set == null ? null : set.network();
    Versions now = set == null || network == null ? Versions.NONE : Versions.of(network, set);
    Shown before = shown.get(storage);
    if (now.equals(before == null ? Versions.NONE : before.versions())) {
      return;
    }
    if (before != null) {
      before.meters().remove();
      shown.remove(storage);
    }
    if (!now.equals(Versions.NONE)) {
      MeterSet meters = new MeterSet(registry, Tags.of("storage", storage));
      now.local().ifPresent(version -> gauge(meters, "local", version));
      now.network().ifPresent(version -> gauge(meters, "network", version));
      shown.put(storage, new Shown(now, meters));
    }
  }

  private static void gauge(MeterSet meters, String route, String version) {
    meters.gauge(RouterMeters.SERVER_INFO, () -> 1, "route", route, "version", version);
  }

  void close() {
    synchronized (lock) {
      shown.values().forEach(each -> each.meters().remove());
      shown.clear();
    }
  }
}
