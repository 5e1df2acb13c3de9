package io.gitalyrouter;

import io.gitalyrouter.RouterStatus.EndpointStatus;
import io.gitalyrouter.RouterStatus.Force;
import io.gitalyrouter.RouterStatus.StorageStatus;
import io.gitalyrouter.call.LiveTable;
import io.gitalyrouter.call.RouteSet;
import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.transport.LiveEndpoint;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Puts a router's state into words. <em>Immutable.</em> */
final class StatusReport {
  private StatusReport() {}

  static RouterStatus of(LiveTable table, List<Force> forces, List<LiveEndpoint> endpoints) {
    return new RouterStatus(
        table.generation(),
        table.origin(),
        table.forcedLocal(),
        forces,
        table.storages().values().stream()
            .map(StatusReport::storage)
            .sorted(Comparator.comparing(StorageStatus::storage))
            .toList(),
        endpoints.stream()
            .map(StatusReport::endpoint)
            .sorted(Comparator.comparing(EndpointStatus::address))
            .toList());
  }

  private static StorageStatus storage(RouteSet set) {
    Optional<RouteSet.Network> network = Optional.ofNullable(set.network());
    return new StorageStatus(
        set.routes().storage(),
        set.routes().rule().role(),
        set.routes().rule().percent(),
        set.routes().local().address(),
        set.routes().network().map(Endpoint::address),
        network.map(n -> n.endpoint().reportedState()).orElse(EndpointState.DARK),
        Optional.ofNullable(set.obstacle()),
        network.map(n -> n.breaker().state()),
        network.flatMap(n -> n.breaker().forced()));
  }

  private static EndpointStatus endpoint(LiveEndpoint endpoint) {
    return new EndpointStatus(
        endpoint.endpoint().address(),
        endpoint.route() == Route.NETWORK,
        endpoint.reportedState(),
        endpoint.inFlight(),
        endpoint.version());
  }
}
