package io.gitalyrouter.docker;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.history.RouterWatch;
import io.gitalyrouter.history.Server;
import io.gitalyrouter.history.Traffic;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.route.Token;
import io.gitalyrouter.transport.TransportSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A router that is connected to a server with a strict keepalive policy, and that nobody calls: all
 * it sends for minutes are its pings. <em>Not thread-safe; confined to the test.</em>
 */
final class QuietRouter implements AutoCloseable {
  /** Gitaly's own limit in the versions that were strictest. */
  static final int STRICT_SECONDS = 20;

  /** Pings enough to be thrown out for; a server forgives two. */
  private static final Duration THREE_PINGS = Duration.ofSeconds(3 * STRICT_SECONDS + 4);

  private final RouterWatch watch;
  private final long connectedNanos;

  private QuietRouter(RouterWatch watch) {
    this.watch = watch;
    this.connectedNanos = System.nanoTime();
  }

  /** Connects to the twin. */
  static QuietRouter start(Cluster cluster) throws Exception {
    TransportSettings users = TransportSettings.DEFAULT;
    // Nothing else than pings: a health probe would be traffic, and traffic excuses pings.
    TransportSettings quiet =
        new TransportSettings(
            users.connectTimeout(),
            users.settleTimeout(),
            users.keepAliveTime(),
            users.keepAliveTimeout(),
            users.silence(),
            users.probeTimeout(),
            users.secondProbeTimeout(),
            Duration.ofHours(1),
            users.surveyTimeout(),
            users.redialMin(),
            users.redialMax());
    Way way = cluster.usual(Server.TWIN);
    RouterWatch watch =
        RouterWatch.over(
            builder ->
                builder
                    .transport(quiet)
                    .build(
                        network(
                            Endpoint.parse(cluster.local().unixAddress()),
                            Endpoint.parse(way.address()).withToken(Token.file(way.tokenFile())))));
    RouterWatch.until("a quiet router that is connected", watch::isNetworkInUse);
    return new QuietRouter(watch);
  }

  /** A table that sends all calls to the network side. */
  static RoutingTable network(Endpoint local, Endpoint network) {
    RouteRule rule = RouteRule.network("canary", 100, BucketUnit.RPC);
    return RoutingTable.of(
        "test", List.of(new StorageRoutes(Traffic.STORAGE, local, Optional.of(network), rule)));
  }

  /** Waits until it has pinged often enough to be thrown out. */
  void awaitPings() {
    RouterWatch.until(
        "three pings",
        THREE_PINGS.plusSeconds(5),
        () -> System.nanoTime() - connectedNanos > THREE_PINGS.toNanos());
  }

  /** How often it has lost its connection. */
  long losses() {
    return watch.told().stream()
        .filter(e -> e instanceof RouterEvent.EndpointChanged)
        .map(RouterEvent.EndpointChanged.class::cast)
        .filter(change -> change.from() == EndpointState.READY)
        .count();
  }

  @Override
  public void close() {
    watch.close();
  }
}
