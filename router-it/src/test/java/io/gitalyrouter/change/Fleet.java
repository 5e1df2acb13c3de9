package io.gitalyrouter.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.standin.ListenAddress;
import io.gitalyrouter.standin.SampleRepository;
import io.gitalyrouter.standin.StandInControl;
import io.gitalyrouter.standin.StandInLaunch;
import io.gitalyrouter.standin.StandInProcess;
import io.gitalyrouter.standin.journal.JournalFile;
import io.gitalyrouter.standin.proto.Fault;
import io.gitalyrouter.standin.proto.Hang;
import io.gitalyrouter.worker.WorkerProcess;
import io.gitalyrouter.worker.proto.CallCount;
import io.gitalyrouter.worker.proto.ReadStatsRequest;
import io.gitalyrouter.worker.proto.ReadStatsResponse;
import io.gitalyrouter.worker.proto.StartLoadRequest;
import io.gitalyrouter.worker.proto.StopLoadRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Three worker processes that make calls all the time, a local server process and two network ones.
 * The second network server runs an old version until it is upgraded. Nobody has the role.
 */
final class Fleet implements AutoCloseable {
  static final List<String> HOSTS = List.of("git01", "git02", "git03");
  static final String SECRET = "a-secret-of-the-fleet";
  static final String VERSION = "18.9.0";

  private static final String OLD_VERSION = "18.8.3";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final double CALLS_PER_SECOND = 20;

  /** So many calls of each worker after a moment show that none of them goes another way. */
  private static final long SOME_CALLS = 10;

  private final Path directory;
  private final Home home;
  private final List<StandInProcess> servers = new ArrayList<>();
  private final Map<String, WorkerProcess> workers = new TreeMap<>();
  private final List<StandInProcess> networks = new ArrayList<>();

  private Fleet(Path directory, Home home) {
    this.directory = directory;
    this.home = home;
  }

  /** Starts it, with its calls. */
  static Fleet start(Path directory, Home home) throws Exception {
    Fleet fleet = new Fleet(directory, home);
    boolean complete = false;
    try {
      fleet.start();
      complete = true;
      return fleet;
    } finally {
      if (!complete) {
        fleet.close();
      }
    }
  }

  private void start() throws Exception {
    Path first = Files.createDirectory(directory.resolve("s1"));
    Path second = Files.createDirectory(directory.resolve("s2"));
    SampleRepository.create(first, Files.createDirectory(directory.resolve("scratch")));
    Files.writeString(
        Files.createFile(
            token(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
        SECRET);
    StandInProcess local =
        server(
            StandInLaunch.in(Files.createDirectory(directory.resolve("l")))
                .withStorage("nfs-file01", first)
                .withStorage("nfs-file02", second)
                .withUnix());
    networks.add(server(network("n1", VERSION).withStorage("nfs-file01", first).withTcp()));
    networks.add(server(network("n2", OLD_VERSION).withStorage("nfs-file02", second).withTcp()));
    home.write(document(local));
    for (String host : HOSTS) {
      if (!Files.isDirectory(admin(host))) {
        Files.createDirectory(admin(host));
      }
      List<String> options = new ArrayList<>(home.workerOptions());
      options.addAll(List.of("--admin-directory", admin(host).toString()));
      WorkerProcess worker =
          WorkerProcess.start(
              new WorkerProcess.Launch(host, "nfs-file01", directory.resolve(host), options),
              PATIENCE);
      workers.put(host, worker);
    }
    startCalls(first.resolve(SampleRepository.PATH));
  }

  private void startCalls(Path repository) throws IOException {
    StartLoadRequest load =
        StartLoadRequest.newBuilder()
            .setRelativePath(SampleRepository.PATH)
            .addAllCommits(git(repository, "rev-list", "--all"))
            .addAllBlobs(git(repository, "rev-parse", "main:file1", "main:file2"))
            .setDefaultBranch("refs/heads/main")
            .setCallsPerSecond(CALLS_PER_SECOND)
            .setMaxInFlight(100)
            .setDeadlineMillis(20_000)
            .setMutationDeadlineMillis(30_000)
            .setSeed(1)
            .build();
    workers.values().forEach(worker -> worker.control().startLoad(load));
  }

  private static List<String> git(Path repository, String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of("git", "-C", repository.toString()));
    all.addAll(List.of(command));
    Process git = new ProcessBuilder(all).start();
    return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
  }

  /** Puts the version that is expected onto the second network server. */
  void upgrade() throws IOException {
    StandInProcess old = networks.get(1);
    int port = old.tcpPort();
    old.stop();
    networks.set(
        1,
        server(
            network("n3", VERSION)
                .withStorage("nfs-file02", directory.resolve("s2"))
                .withListen(ListenAddress.tcp(port))));
  }

  /** Where the processes of a host answer. */
  Path admin(String host) {
    return directory.resolve(home.isOneMachine() ? "adm" : "adm-" + host);
  }

  /** The metrics pages of the network servers, for the command line. */
  String metricsPages() throws IOException {
    List<String> pages = new ArrayList<>();
    for (StandInProcess server : networks) {
      pages.add(server.metricsUrl());
    }
    return String.join(",", pages);
  }

  /** Waits until the network side has a call of this method that it will never answer. */
  void hangOneNetworkCall(String method) {
    StandInControl server = networks.get(0).control();
    long id =
        server.addFault(
            Fault.newBuilder()
                .setMethod(method)
                .setLimit(1)
                .setHang(Hang.getDefaultInstance())
                .build());
    await().atMost(PATIENCE).until(() -> hasStruck(server, id));
  }

  private static boolean hasStruck(StandInControl server, long fault) {
    return server.counters().getFaultsList().stream()
        .anyMatch(count -> count.getId() == fault && count.getStruck() > 0);
  }

  /** Waits until calls arrive at the network side. */
  void awaitNetworkCalls() {
    long before = networkCalls();
    await().atMost(PATIENCE).until(() -> networkCalls() > before);
  }

  /** The servers' books: while callers go on, no call arrives at the network side. */
  void assertQuiet(String when) {
    long before = networkCalls();
    awaitMoreCalls();
    assertThat(networkCalls()).as("calls at the network servers, %s", when).isEqualTo(before);
  }

  private void awaitMoreCalls() {
    workers
        .values()
        .forEach(
            worker -> {
              long before = stats(worker).getIssued();
              await().atMost(PATIENCE).until(() -> stats(worker).getIssued() > before + SOME_CALLS);
            });
  }

  /** Calls that the network servers got, but for what routers and operators ask at any time. */
  private long networkCalls() {
    return networks.stream()
        .flatMap(server -> server.control().counters().getMethodsList().stream())
        .filter(count -> isCallersOwn(count.getMethod()))
        .mapToLong(count -> count.getStarted())
        .sum();
  }

  private static boolean isCallersOwn(String method) {
    return !method.startsWith("grpc.health") && !method.endsWith("/ServerInfo");
  }

  /** The hosts whose calls the network servers got, by the servers' books. */
  List<String> hostsOnTheNetworkSide() throws IOException {
    List<String> hosts = new ArrayList<>();
    for (StandInProcess server : networks) {
      server.calls().stream()
          .map(JournalFile.Entry::callId)
          .filter(id -> !id.isEmpty())
          .map(id -> id.substring(0, id.indexOf('-')))
          .forEach(hosts::add);
    }
    return hosts.stream().distinct().sorted().toList();
  }

  /** Ends the calls. None of them has failed, or is lost. */
  long assertNoCallFailed() {
    long all = 0;
    for (Map.Entry<String, WorkerProcess> entry : workers.entrySet()) {
      long issued =
          entry.getValue().control().stopLoad(StopLoadRequest.getDefaultInstance()).getIssued();
      List<CallCount> counts = stats(entry.getValue()).getCountsList();
      Map<String, Long> statuses = new TreeMap<>();
      counts.forEach(
          count -> count.getStatusesMap().forEach((s, n) -> statuses.merge(s, n, Long::sum)));
      assertThat(statuses).as("calls of %s", entry.getKey()).isEqualTo(Map.of("OK", issued));
      all += issued;
    }
    return all;
  }

  private static ReadStatsResponse stats(WorkerProcess worker) {
    return worker.control().readStats(ReadStatsRequest.getDefaultInstance());
  }

  private Path token() {
    return directory.resolve("token");
  }

  private StandInLaunch network(String name, String version) throws IOException {
    return StandInLaunch.in(Files.createDirectory(directory.resolve(name)))
        .withTokenFile(token())
        .withServerVersion(version)
        .withMetrics();
  }

  private StandInProcess server(StandInLaunch launch) throws IOException {
    StandInProcess process = StandInProcess.start(launch);
    servers.add(process);
    return process;
  }

  private String document(StandInProcess local) {
    return String.format(
        Locale.ROOT,
        """
        version: 1
        storages:
          nfs-file01:
            local: { address: "%1$s" }
            network: { address: "%2$s", token_file: %4$s }
          nfs-file02:
            local: { address: "%1$s" }
            network: { address: "%3$s", token_file: %4$s }
        roles:
          network-gitaly: { route: network, storages: all }
        hosts:
          git01: { roles: [] }
          git02: { roles: [] }
          git03: { roles: [] }
        """,
        local.unixAddress(),
        networks.get(0).tcpAddress(),
        networks.get(1).tcpAddress(),
        token());
  }

  @Override
  public void close() {
    // Workers first, so that their last words are heard.
    workers.values().forEach(WorkerProcess::close);
    servers.forEach(StandInProcess::close);
  }
}
