package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.check.ChangeLock;
import io.gitalyrouter.config.check.Precheck;
import io.gitalyrouter.config.check.PrecheckPlan;
import io.gitalyrouter.config.check.PrecheckReport;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.transport.ChannelSource;
import io.gitalyrouter.transport.TransportSettings;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** How commands ask the precheck, from this process. <em>Thread-safe.</em> */
final class Prechecks {
  private Prechecks() {}

  /** The routes of these storages, which are the same for all hosts. */
  static List<StorageRoutes> routes(DocumentView document, Collection<String> storages) {
    RoutingTable table = document.table("");
    return storages.stream()
        .map(name -> Objects.requireNonNull(table.storages().get(name), name))
        .toList();
  }

  /** Asks it all, over connections of its own. */
  static PrecheckReport run(PrecheckPlan plan, Clock clock, ChangeLock lock) {
    ChannelSource channels = ChannelSource.netty(TransportSettings.DEFAULT);
    try {
      return new Precheck(channels, clock, lock).run(plan);
    } finally {
      channels.close();
    }
  }
}
