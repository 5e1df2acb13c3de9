package io.gitalyrouter.history;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.route.BreakerSettings;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.standin.StandInLaunch;
import io.gitalyrouter.standin.StandInProcess;
import io.gitalyrouter.standin.TestCertificate;
import io.gitalyrouter.transport.TransportSettings;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A router over a local and a network stand-in, each a process of its own, and a spare local one;
 * all serve the same directory. Closing it ends the processes in every case. <em>Not thread-safe;
 * confined to the test.</em>
 */
final class Site implements AutoCloseable {
  private final Path directory;
  private final List<StandInProcess> processes = new ArrayList<>();
  private final StandInProcess local;
  private final StandInProcess spare;
  private final StandInProcess network;
  private final Endpoint networkEndpoint;
  private final RouterWatch watch;

  private Site(Path directory, Path storage, boolean tls, Settings settings) throws Exception {
    this.directory = directory;
    boolean built = false;
    try {
      local = launch(Server.LOCAL, storage, StandInLaunch::withUnix);
      spare = launch(Server.SPARE, storage, StandInLaunch::withUnix);
      if (tls) {
        TestCertificate pair = TestCertificate.create(directory);
        network = launch(Server.NETWORK, storage, l -> l.withTls(pair.certificate(), pair.key()));
        networkEndpoint =
            ((Endpoint.Tls) Endpoint.parse(network.tlsAddress())).withCaFile(pair.certificate());
      } else {
        network = launch(Server.NETWORK, storage, StandInLaunch::withTcp);
        networkEndpoint = Endpoint.parse(network.tcpAddress());
      }
      watch =
          RouterWatch.over(
              builder ->
                  builder
                      .transport(settings.transport())
                      .breaker(settings.breaker())
                      .build(table(local, 0)));
      built = true;
    } finally {
      if (!built) {
        processes.forEach(StandInProcess::close);
      }
    }
  }

  /**
   * How the router watches and trips.
   *
   * @param transport how connections are watched
   * @param breaker when the breaker trips
   */
  record Settings(TransportSettings transport, BreakerSettings breaker) {
    /** What users have. */
    static final Settings DEFAULT =
        new Settings(TransportSettings.DEFAULT, BreakerSettings.DEFAULT);

    /** Quicker to leave and to return, so that many faults fit into a short time. */
    static final Settings QUICK =
        new Settings(
            new TransportSettings(
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                Duration.ofMillis(500),
                Duration.ofMillis(500),
                Duration.ofMillis(250),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofMillis(50),
                Duration.ofMillis(400)),
            new BreakerSettings(50, 10, Duration.ofSeconds(5), 20, Duration.ofMillis(500), 5));
  }

  /** Starts everything; no role is on yet. */
  static Site start(Path directory, SampleStorage sample, boolean tls, Settings settings)
      throws Exception {
    return new Site(directory, sample.root(), tls, settings);
  }

  private StandInProcess launch(Server server, Path storage, UnaryOperator<StandInLaunch> listen)
      throws IOException {
    Path own = Files.createDirectories(home(server));
    StandInProcess process =
        StandInProcess.start(
            listen.apply(
                StandInLaunch.in(own)
                    .withStorage(QuestionMix.STORAGE, storage)
                    .withHeapMegabytes(256)));
    processes.add(process);
    return process;
  }

  private Path home(Server server) {
    return directory.resolve(server.name().toLowerCase(Locale.ROOT));
  }

  private RoutingTable table(StandInProcess localServer, double percent) {
    RouteRule rule =
        percent == 0 ? RouteRule.off() : RouteRule.network("canary", percent, BucketUnit.RPC);
    return RoutingTable.of(
        "test",
        List.of(
            new StorageRoutes(
                QuestionMix.STORAGE,
                Endpoint.parse(localServer.unixAddress()),
                Optional.of(networkEndpoint),
                rule)));
  }

  StandInProcess network() {
    return network;
  }

  StandInProcess local() {
    return local;
  }

  RouterWatch watch() {
    return watch;
  }

  GitalyRouter router() {
    return watch.router();
  }

  Channel channel() {
    return router().channel(QuestionMix.STORAGE);
  }

  /** Sends a share of the calls to the network side; 0 switches the role off. */
  void route(double percent) {
    router().apply(table(local, percent));
  }

  /** As {@link #route}, with the spare server as the local one. */
  void routeOverSpare(double percent) {
    router().apply(table(spare, percent));
  }

  /** The call logs; complete when the processes have ended. */
  List<ServedCall> served() throws IOException {
    return books("calls.jsonl");
  }

  /** The ledgers. */
  List<ServedCall> executions() throws IOException {
    return books("ledger.jsonl");
  }

  private List<ServedCall> books(String file) throws IOException {
    List<ServedCall> all = new ArrayList<>();
    for (Server server : Server.values()) {
      all.addAll(ServerBooks.read(server, home(server).resolve(file)));
    }
    return all;
  }

  @Override
  public void close() {
    try {
      watch.close();
      // In the orderly way first: their books end with whole lines.
      processes.forEach(StandInProcess::stop);
    } finally {
      processes.forEach(StandInProcess::close);
    }
  }
}
