package io.gitalyrouter.bench;

import static org.awaitility.Awaitility.await;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.RouterEnvironment;
import io.gitalyrouter.it.proto.FindCommitResponse;
import io.gitalyrouter.it.proto.ServerInfoResponse;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.time.Ticker;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** A router over channels that answer at once. <em>Thread-safe.</em> */
final class NoopRouter implements AutoCloseable {
  static final String STORAGE = "storage-0";

  /** Where the role sends the calls. */
  enum Way {
    /** There is no role. */
    OFF,
    /** The role's share is drawn for every call, and is next to nothing. */
    LOCAL,
    /** All to the network side; every call is kept for a replay. */
    NETWORK,
    /** As {@link #LOCAL}, by a router without meters. */
    LOCAL_UNMETERED,
    /** As {@link #NETWORK}, by a router without meters. */
    NETWORK_UNMETERED;

    private RouteRule rule() {
      return switch (this) {
        case OFF -> RouteRule.off();
        case LOCAL, LOCAL_UNMETERED -> RouteRule.network("network-gitaly", 0.01, BucketUnit.RPC);
        case NETWORK, NETWORK_UNMETERED -> RouteRule.network("network-gitaly", 100, BucketUnit.RPC);
      };
    }

    private boolean isMetered() {
      return this != LOCAL_UNMETERED && this != NETWORK_UNMETERED;
    }

    /** What tables call it. */
    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  private final GitalyRouter router;
  private final byte[] serverInfo;
  private final int storages;

  private NoopRouter(int storages, Way way) {
    this.storages = storages;
    this.serverInfo = serverInfo(storages);
    RandomGenerator random =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            return ThreadLocalRandom.current().nextLong();
          }
        };
    GitalyRouter.Builder builder = GitalyRouter.builder();
    if (way.isMetered()) {
      builder.meterRegistry(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }
    this.router =
        builder
            .closeGrace(Duration.ZERO)
            .environment(
                new RouterEnvironment(
                    Ticker.system(),
                    Clock.systemUTC(),
                    random,
                    Executors.newSingleThreadScheduledExecutor(),
                    Executors.newSingleThreadExecutor(),
                    new NoopChannels(serverInfo, new Questions())))
            .build(table(storages, way));
  }

  /**
   * A router that is ready.
   *
   * @param storages how many storages its table names, all of one pair of servers
   * @param way where a role sends the calls
   */
  static NoopRouter open(int storages, Way way) {
    NoopRouter result = new NoopRouter(storages, way);
    await()
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> result.router.status().storages().get(0).obstacle().isEmpty());
    return result;
  }

  private static RoutingTable table(int storages, Way way) {
    Endpoint local = Endpoint.parse("unix:/noop/local.socket");
    Endpoint network = Endpoint.parse("tcp://noop.example.com:9999");
    List<StorageRoutes> routes = new ArrayList<>();
    for (int i = 0; i < storages; i++) {
      routes.add(new StorageRoutes("storage-" + i, local, Optional.of(network), way.rule()));
    }
    return RoutingTable.of("bench", routes);
  }

  static byte[] serverInfo(int storages) {
    ServerInfoResponse.Builder answer = ServerInfoResponse.newBuilder().setServerVersion("18.9.0");
    for (int i = 0; i < storages; i++) {
      answer.addStorageStatuses(
          ServerInfoResponse.StorageStatus.newBuilder()
              .setStorageName("storage-" + i)
              .setReadable(true)
              .setFilesystemId("one"));
    }
    return answer.build().toByteArray();
  }

  /** Puts a table of as many storages into force, with another way. */
  void apply(Way way) {
    router.apply(table(storages, way));
  }

  /** The channel of the first storage. */
  Channel channel() {
    return router.channel(STORAGE);
  }

  /** The same kind of channel with no router before it. */
  ManagedChannel bare() {
    return new NoopChannel(serverInfo, FindCommitResponse.getDefaultInstance(), new Questions());
  }

  @Override
  public void close() {
    router.close();
  }
}
