package io.gitalyrouter;

import io.gitalyrouter.RouterStatus.EndpointStatus;
import io.gitalyrouter.RouterStatus.Force;
import io.gitalyrouter.RouterStatus.MethodTraffic;
import io.gitalyrouter.RouterStatus.RouteTraffic;
import io.gitalyrouter.RouterStatus.StorageStatus;
import io.gitalyrouter.call.LiveTable;
import io.gitalyrouter.call.RouteSet;
import io.gitalyrouter.count.MethodCounts;
import io.gitalyrouter.count.RouteCounts;
import io.gitalyrouter.count.StorageCounts;
import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.transport.LiveEndpoint;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts a router's state into words. <em>Immutable.</em> */
final class StatusReport {
  private StatusReport() {}

  static RouterStatus of(
      LiveTable table,
      List<Force> forces,
      List<LiveEndpoint> endpoints,
      Function<String, @Nullable StorageCounts> counts) {
    return new RouterStatus(
        table.generation(),
        table.origin(),
        table.forcedLocal(),
        forces,
        table.storages().values().stream()
            .map(set -> storage(set, counts.apply(set.routes().storage())))
            .sorted(Comparator.comparing(StorageStatus::storage))
            .toList(),
        endpoints.stream()
            .map(StatusReport::endpoint)
            .sorted(Comparator.comparing(EndpointStatus::address))
            .toList());
  }

  private static StorageStatus storage(RouteSet set, @Nullable StorageCounts counts) {
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
        network.map(n -> n.breaker().stateAge()),
        network.flatMap(n -> n.breaker().forced()),
        counts == null
            ? List.of()
            : Arrays.stream(Route.values()).map(route -> traffic(counts, route)).toList());
  }

  private static RouteTraffic traffic(StorageCounts counts, Route route) {
    return new RouteTraffic(
        route,
        counts.started(route),
        counts.inFlight(route),
        counts.oldestAge(route),
        counts.methods().stream()
            .flatMap(method -> traffic(method, route))
            .sorted(Comparator.comparing(MethodTraffic::method))
            .toList());
  }

  private static Stream<MethodTraffic> traffic(MethodCounts method, Route route) {
    Optional<RouteCounts> counts = method.on(route);
    return counts
        .map(c -> new MethodTraffic(method.method().fullName(), c.started(), c.inFlight()))
        .stream();
  }

  private static EndpointStatus endpoint(LiveEndpoint endpoint) {
    return new EndpointStatus(
        endpoint.endpoint().address(),
        endpoint.route() == Route.NETWORK,
        endpoint.reportedState(),
        endpoint.inFlight(),
        endpoint.version(),
        endpoint.fault().map(fault -> fault.kind().label()));
  }
}
