package io.gitalyrouter.prometheus;

import static org.awaitility.Awaitility.await;

import io.gitalyrouter.config.admin.AdminClient;
import io.gitalyrouter.experiment.Git;
import io.gitalyrouter.standin.ListenAddress;
import io.gitalyrouter.standin.SampleRepository;
import io.gitalyrouter.standin.StandInLaunch;
import io.gitalyrouter.standin.StandInProcess;
import io.gitalyrouter.worker.WorkerProcess;
import io.gitalyrouter.worker.proto.ReadStatusRequest;
import io.gitalyrouter.worker.proto.ReadStatusResponse;
import io.gitalyrouter.worker.proto.StartLoadRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Two workers under load, their local Gitaly and the network one, each a process, and the ways to
 * change and to harm them. In the good state git01 has the role. <em>Confined to the test that
 * starts it, but for {@link #network}, which any thread may ask.</em>
 */
final class Fleet implements AutoCloseable {
  static final String WITH_ROLE = "git01";
  static final String WITHOUT_ROLE = "git02";

  private static final List<String> HOSTS = List.of(WITH_ROLE, WITHOUT_ROLE);
  private static final String STORAGE = "nfs-file01";
  private static final String VERSION = "18.9.0";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final double CALLS_PER_SECOND = 40;

  private final Path directory;
  private final Path storage;
  private final Path token;
  private final Path config;
  private final Path admin;
  private final List<Runnable> running = new ArrayList<>();
  private final Map<String, WorkerProcess> workers = new TreeMap<>();
  private final Map<String, String> firstPages = new TreeMap<>();
  private @Nullable StandInProcess local;
  private volatile @Nullable StandInProcess network;
  private int networks;

  private Fleet(Path directory) throws IOException {
    this.directory = directory;
    this.storage = Files.createDirectory(directory.resolve("s"));
    this.admin = Files.createDirectory(directory.resolve("a"));
    this.config = directory.resolve("router.yaml");
    this.token =
        Files.createFile(
            directory.resolve("token"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(token, "a secret for this test");
    SampleRepository.create(storage, Files.createDirectory(directory.resolve("scratch")));
  }

  /** Starts all in the good state. */
  static Fleet start(Path directory) throws IOException, InterruptedException, TimeoutException {
    Fleet fleet = new Fleet(directory);
    boolean started = false;
    try {
      fleet.startAll();
      started = true;
    } finally {
      if (!started) {
        fleet.close();
      }
    }
    return fleet;
  }

  private void startAll() throws IOException, InterruptedException, TimeoutException {
    local =
        started(
            StandInProcess.start(
                StandInLaunch.in(Files.createDirectory(directory.resolve("l")))
                    .withStorage(STORAGE, storage)
                    .withServerVersion(VERSION)
                    .withUnix()));
    network = startNetwork(ListenAddress.tcp(0), VERSION);
    role(List.of());
    for (String host : HOSTS) {
      startWorker(host);
    }
    role(List.of(WITH_ROLE));
    awaitRole();
    startLoad();
  }

  private StandInProcess started(StandInProcess server) {
    running.add(server::close);
    return server;
  }

  private StandInProcess startNetwork(ListenAddress address, String version) throws IOException {
    networks++;
    return started(
        StandInProcess.start(
            StandInLaunch.in(Files.createDirectory(directory.resolve("n" + networks)))
                .withStorage(STORAGE, storage)
                .withTokenFile(token)
                .withServerVersion(version)
                .withListen(address)));
  }

  private void startWorker(String host) throws IOException, InterruptedException, TimeoutException {
    WorkerProcess worker =
        WorkerProcess.start(
            new WorkerProcess.Launch(
                host,
                STORAGE,
                config,
                directory.resolve(host),
                List.of("--metrics-port=0", "--admin-directory=" + admin)),
            PATIENCE);
    running.add(worker::close);
    workers.put(host, worker);
    firstPages.put(host, page(host));
  }

  private void startLoad() throws IOException, InterruptedException {
    Path repository = storage.resolve(SampleRepository.PATH);
    StartLoadRequest load =
        StartLoadRequest.newBuilder()
            .setRelativePath(SampleRepository.PATH)
            .setCallsPerSecond(CALLS_PER_SECOND)
            .setMaxInFlight(50)
            .addCommits(Git.run(repository, "rev-parse", "HEAD"))
            .addBlobs(Git.run(repository, "rev-parse", "HEAD:file1"))
            .setDefaultBranch("refs/heads/main")
            .setDeadlineMillis(2_000)
            .setMutationDeadlineMillis(2_000)
            .setSeed(1)
            .build();
    for (WorkerProcess worker : workers.values()) {
      var unused = worker.control().startLoad(load);
    }
  }

  List<String> hosts() {
    return HOSTS;
  }

  WorkerProcess worker(String host) {
    return Objects.requireNonNull(workers.get(host), host);
  }

  StandInProcess local() {
    return Objects.requireNonNull(local, "local");
  }

  StandInProcess network() {
    return Objects.requireNonNull(network, "network");
  }

  AdminClient admin() {
    return AdminClient.of(admin);
  }

  /** What the worker exported before its first call. */
  String firstPage(String host) {
    return Objects.requireNonNull(firstPages.get(host), host);
  }

  /** What the worker exports now. */
  String page(String host) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(worker(host).metricsUrl().orElseThrow())).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  /** Gives the role to these hosts and to no other. */
  void role(List<String> withRole) throws IOException {
    StringBuilder hosts = new StringBuilder();
    for (String host : HOSTS) {
      String roles = withRole.contains(host) ? "network-gitaly" : "";
      hosts.append("  ").append(host).append(": { roles: [").append(roles).append("] }\n");
    }
    write(
        String.format(
            Locale.ROOT,
            """
            version: 1
            breaker: { open_for: 500ms }
            storages:
              %s:
                local: { address: "%s" }
                network: { address: "%s", token_file: "%s" }
            roles:
              network-gitaly: { route: network, storages: all }
            hosts:
            %s""",
            STORAGE,
            local().unixAddress(),
            network().tcpAddress(),
            token,
            hosts));
  }

  /** Replaces the document whole. */
  void write(String document) throws IOException {
    Path whole = config.resolveSibling("router.yaml.new");
    Files.writeString(whole, document);
    Files.move(whole, config, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Takes the document away. */
  void removeDocument() throws IOException {
    Files.delete(config);
  }

  /** Waits until git01's network side takes calls. */
  void awaitRole() {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                status().getStorages(0).getNetworkState().equals("READY")
                    && status().getStorages(0).getObstacle().isEmpty());
  }

  private void awaitDrained() {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                status().getStorages(0).getRole().isEmpty() && status().getNetworkInFlight() == 0);
  }

  private ReadStatusResponse status() {
    return worker(WITH_ROLE).control().readStatus(ReadStatusRequest.getDefaultInstance());
  }

  /**
   * Installs a version on the NFS host as operators do: takes the role away, waits until no call is
   * left there, starts another server at the same address, and gives the role back.
   */
  void install(String version) throws IOException {
    role(List.of());
    awaitDrained();
    int port = network().tcpPort();
    network().close();
    network = startNetwork(ListenAddress.tcp(port), version);
    role(List.of(WITH_ROLE));
    awaitRole();
  }

  /** Installs the version that the local side runs. */
  void installSameVersion() throws IOException {
    install(VERSION);
  }

  /** Stops a worker from running: its sockets stay open, and nobody answers. */
  void freeze(String host) throws IOException, InterruptedException {
    signal(host, "STOP");
  }

  /** Lets a frozen worker run on. */
  void thaw(String host) throws IOException, InterruptedException {
    signal(host, "CONT");
  }

  private void signal(String host, String name) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(worker(host).pid()))
            .inheritIO()
            .start();
    if (kill.waitFor() != 0) {
      throw new IOException("kill -" + name + " " + host + " failed");
    }
  }

  @Override
  public void close() {
    for (int i = running.size() - 1; i >= 0; i--) {
      running.get(i).run();
    }
  }
}
