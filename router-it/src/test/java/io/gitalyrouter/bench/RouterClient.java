package io.gitalyrouter.bench;

import static org.awaitility.Awaitility.await;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The router with its defaults, and with the meters that the worker has. */
final class RouterClient {
  private RouterClient() {}

  /** All calls go this way to one server; its other side is the same server. */
  static Opened open(Site site, Transport transport, boolean roleIsOn) {
    Endpoint measured = site.endpoint(transport);
    Endpoint other = site.endpoint(transport == Transport.UNIX ? Transport.TCP : Transport.UNIX);
    GitalyRouter router =
        roleIsOn
            ? router(table(other, measured, /* roleIsOn= */ true))
            : router(table(measured, other, /* roleIsOn= */ false));
    return new Opened(router.channel(Services.STORAGE), router::close);
  }

  /** A router that routes as its table says from the first call on. */
  static GitalyRouter router(RoutingTable table) {
    GitalyRouter router =
        GitalyRouter.builder()
            .meterRegistry(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))
            .closeGrace(Duration.ZERO)
            .build(table);
    await()
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> router.status().storages().get(0).obstacle().isEmpty());
    return router;
  }

  static RoutingTable table(Endpoint local, Endpoint network, boolean roleIsOn) {
    RouteRule rule =
        roleIsOn ? RouteRule.network("network-gitaly", 100, BucketUnit.RPC) : RouteRule.off();
    return RoutingTable.of(
        "bench", List.of(new StorageRoutes(Services.STORAGE, local, Optional.of(network), rule)));
  }
}
