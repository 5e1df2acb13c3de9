package io.gitalyrouter.bench;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.RouterEnvironment;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.time.Ticker;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * As many hosts' routers as this process holds, their roles on and nobody calling, over channels
 * that answer at once: what they cost, and what they ask the file servers. <em>Immutable.</em>
 *
 * @param routers so many
 * @param storages of each, every one on a file server of its own
 * @param heapBytes of each
 * @param threads of each
 * @param cpuShare of one processor, of each
 * @param checks health checks that one router sends to one file server in a second
 * @param surveys questions what it serves, likewise
 */
record RouterFleet(
    int routers,
    int storages,
    long heapBytes,
    double threads,
    double cpuShare,
    double checks,
    double surveys) {
  private static final int STEP = 50;
  private static final double MOST_HEAP = 0.7;

  /** Opens routers up to a number, or until the heap is well filled; then looks for a while. */
  static RouterFleet measure(int most, int storages, Duration idle) {
    Questions questions = new Questions();
    RoutingTable table = table(storages);
    byte[] serverInfo = NoopRouter.serverInfo(storages);
    List<GitalyRouter> routers = new ArrayList<>();
    try {
      long heapBefore = IdleCost.usedHeap();
      int threadsBefore = ManagementFactory.getThreadMXBean().getThreadCount();
      while (routers.size() < most && hasRoom(routers.size())) {
        routers.add(open(table, serverInfo, questions));
      }
      long heap = IdleCost.usedHeap() - heapBefore;
      int threads = ManagementFactory.getThreadMXBean().getThreadCount() - threadsBefore;
      questions.reset();
      ThreadCpu cpuBefore = ThreadCpu.now();
      long startNanos = System.nanoTime();
      for (long left = idle.toNanos();
          left > 0;
          left = idle.toNanos() - (System.nanoTime() - startNanos)) {
        LockSupport.parkNanos(left);
      }
      double nanos = System.nanoTime() - startNanos;
      double asked = nanos / 1e9 * routers.size() * storages;
      return new RouterFleet(
          routers.size(),
          storages,
          heap / routers.size(),
          (double) threads / routers.size(),
          ThreadCpu.now().since(cpuBefore) / nanos / routers.size(),
          questions.checks() / asked,
          questions.surveys() / asked);
    } finally {
      routers.forEach(GitalyRouter::close);
    }
  }

  private static boolean hasRoom(int routers) {
    return routers == 0
        || routers % STEP != 0
        || IdleCost.usedHeap() < MOST_HEAP * Runtime.getRuntime().maxMemory();
  }

  private static GitalyRouter open(RoutingTable table, byte[] serverInfo, Questions questions) {
    return GitalyRouter.builder()
        .closeGrace(Duration.ZERO)
        .environment(
            new RouterEnvironment(
                Ticker.system(),
                Clock.systemUTC(),
                new Random(),
                Executors.newSingleThreadScheduledExecutor(),
                Executors.newSingleThreadExecutor(),
                new NoopChannels(serverInfo, questions)))
        .build(table);
  }

  private static RoutingTable table(int storages) {
    Endpoint local = Endpoint.parse("unix:/noop/local.socket");
    RouteRule rule = RouteRule.network("network-gitaly", 100, BucketUnit.RPC);
    List<StorageRoutes> routes = new ArrayList<>();
    for (int i = 0; i < storages; i++) {
      Endpoint network = Endpoint.parse("tcp://file" + i + ".example.com:9999");
      routes.add(new StorageRoutes("storage-" + i, local, Optional.of(network), rule));
    }
    return RoutingTable.of("fleet", routes);
  }
}
