package io.gitalyrouter;

import io.gitalyrouter.breaker.MethodQuarantine;
import io.gitalyrouter.breaker.RouteBreaker;
import io.gitalyrouter.call.RouteSet;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.metrics.RouterMetrics;
import io.gitalyrouter.route.BreakerSettings;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.time.Ticker;
import io.gitalyrouter.transport.EndpointKey;
import io.gitalyrouter.transport.LiveEndpoint;
import io.gitalyrouter.transport.StorageCheck;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the network side of a storage for a new table. What the table leaves as it was stays.
 * <em>Immutable.</em>
 *
 * @param defaults the breaker settings of a rule that has none of its own
 * @param ticker the time
 * @param listener hears of the breakers
 * @param metrics counts what breakers tell; null for none
 */
record NetworkSides(
    BreakerSettings defaults,
    Ticker ticker,
    RouterListener listener,
    @Nullable RouterMetrics metrics) {

  /**
   * The network side; null while no role is on.
   *
   * @param live the endpoints of the new table
   * @param before the storage in the table before; null if it was not there
   * @param share the part of a deadline that the first attempt may use
   */
  RouteSet.@Nullable Network of(
      StorageRoutes routes,
      LiveEndpoint local,
      Map<EndpointKey, LiveEndpoint> live,
      @Nullable RouteSet before,
      double share) {
    if (!routes.rule().isOn()) {
      return null;
    }
    LiveEndpoint endpoint =
        routes
            .network()
            .map(network -> live.get(new EndpointKey(Route.NETWORK, network)))
            .orElse(null);
    if (endpoint == null) {
      return null;
    }
    RouteSet.Network had = before == null ? null : before.network();
    boolean sameEndpoint = had != null && had.endpoint() == endpoint;
    boolean sameSides = sameEndpoint && before != null && before.local() == local;
    return new RouteSet.Network(
        endpoint,
        had != null && sameSides
            ? had.check()
            : new StorageCheck(routes.storage(), local, endpoint),
        had != null && sameEndpoint ? had.unknownMethods() : new MethodQuarantine(ticker),
        breaker(routes, had != null && sameEndpoint ? had.breaker() : null),
        share);
  }

  /** A breaker stays while its endpoint and its settings do. */
  private RouteBreaker breaker(StorageRoutes routes, @Nullable RouteBreaker before) {
    BreakerSettings settings = routes.rule().breaker().orElse(defaults);
    if (before != null && before.settings().equals(settings)) {
      return before;
    }
    BreakerEvents events = new BreakerEvents(routes.storage(), listener, metrics);
    RouteBreaker next = RouteBreaker.create(routes.storage(), settings, ticker, events);
    if (before != null) {
      next.replace(before);
    }
    return next;
  }
}
