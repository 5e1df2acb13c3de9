package io.gitalyrouter.bench;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.source.FileSource;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a router of many storages costs while nobody calls, its roles off. <em>Immutable.</em>
 *
 * @param storages so many, on a hundred servers
 * @param loadNanos from the document on disk to the router
 * @param heapBytes what the heap holds more than before
 * @param meteredHeapBytes as before, with a meter registry
 * @param connections sockets that the process has more than before
 */
record IdleCost(
    int storages, long loadNanos, long heapBytes, long meteredHeapBytes, long connections) {
  private static final int SERVERS = 100;

  static IdleCost measure(int storages, Path directory) throws IOException {
    Path document = directory.resolve("idle.yaml");
    Files.writeString(document, document(storages));
    // The classes are loaded and half compiled, as in a process that runs.
    open(document, builder()).close();
    long heapBefore = usedHeap();
    long startNanos = System.nanoTime();
    long loadNanos;
    long heap;
    try (ConfiguredRouter router = open(document, builder())) {
      loadNanos = System.nanoTime() - startNanos;
      heap = usedHeap() - heapBefore;
      router.router().status();
    }
    long meteredBefore = usedHeap();
    long metered;
    try (ConfiguredRouter router =
        open(document, builder().meterRegistry(new SimpleMeterRegistry()))) {
      metered = usedHeap() - meteredBefore;
      router.router().status();
    }
    return new IdleCost(storages, loadNanos, heap, metered, connections(storages));
  }

  /**
   * Of a router that follows no file: the JDK's watch of a directory has two sockets of its own.
   */
  private static long connections(int storages) throws IOException {
    Endpoint local = Endpoint.parse("unix:/run/gitaly/gitaly.socket");
    List<StorageRoutes> routes = new ArrayList<>();
    for (int i = 0; i < storages; i++) {
      Endpoint network = Endpoint.parse("tcp://file" + i % SERVERS + ".example.com:9999");
      routes.add(new StorageRoutes("nfs-" + i, local, Optional.of(network), RouteRule.off()));
    }
    long before = sockets();
    try (GitalyRouter router = builder().build(RoutingTable.of("idle", routes))) {
      router.status();
      return sockets() - before;
    }
  }

  private static GitalyRouter.Builder builder() {
    return GitalyRouter.builder().closeGrace(Duration.ZERO);
  }

  private static ConfiguredRouter open(Path document, GitalyRouter.Builder builder) {
    return ConfiguredRouter.open(FileSource.of(document), "git01", builder);
  }

  private static String document(int storages) {
    StringBuilder text = new StringBuilder("version: 1\nstorages:\n");
    for (int i = 0; i < storages; i++) {
      text.append("  nfs-").append(i).append(":\n");
      text.append("    local: { address: \"unix:/run/gitaly/gitaly.socket\" }\n");
      text.append("    network: { address: \"tcp://file")
          .append(i % SERVERS)
          .append(".example.com:9999\" }\n");
    }
    text.append("roles:\n  network-gitaly: { route: network, storages: [nfs-0] }\n");
    text.append("hosts:\n  git01: { roles: [] }\n");
    return text.toString();
  }

  static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long sockets() throws IOException {
    long sockets = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path file : files) {
        if (Files.isSymbolicLink(file)
            && Files.readSymbolicLink(file).toString().startsWith("socket:")) {
          sockets++;
        }
      }
    }
    return sockets;
  }
}
