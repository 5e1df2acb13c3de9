package io.gitalyrouter.experiment;

import io.gitalyrouter.standin.StandInLaunch;
import io.gitalyrouter.standin.StandInProcess;
import io.gitalyrouter.standin.proto.ConnectionCount;
import io.gitalyrouter.standin.proto.MethodCount;
import io.gitalyrouter.standin.proto.ReadCountersResponse;
import io.gitalyrouter.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The processes of the experiment and the directory that they work in: one storage, a local and a
 * network server over it, two workers, one configuration file. Closing it stops every process by
 * its own id and removes the directory. <em>Not thread-safe; confined to the main thread.</em>
 */
final class Rig implements AutoCloseable {
  /** The storage that both servers serve. */
  static final String STORAGE = "nfs-file01";

  /** The repository's path below the storage. */
  static final String REPOSITORY = "experiment/repository.git";

  private static final String TIMINGS = "timings";
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);

  private final Path directory;
  private final SourceRepository source;
  private final Path tokenFile;
  private final StandInProcess local;
  private final StandInProcess network;
  private final ConfigFile config;
  private final Map<String, WorkerProcess> workers;

  private Rig(Parts parts) {
    this.directory = parts.directory;
    this.source = parts.part(parts.source);
    this.tokenFile = parts.part(parts.tokenFile);
    this.local = parts.part(parts.local);
    this.network = parts.part(parts.network);
    this.config = parts.part(parts.config);
    this.workers = parts.workers;
  }

  /** What is there so far while the rig is put up. */
  private static final class Parts {
    private final Path directory;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Map<String, WorkerProcess> workers = new LinkedHashMap<>();
    private @Nullable SourceRepository source;
    private @Nullable Path tokenFile;
    private @Nullable StandInProcess local;
    private @Nullable StandInProcess network;
    private @Nullable ConfigFile config;

    Parts(Path directory) {
      this.directory = directory;
    }

    <T> T part(@Nullable T part) {
      if (part == null) {
        throw new IllegalStateException("the rig is not complete");
      }
      return part;
    }
  }

  /**
   * Makes the repository and starts the processes. Nobody has the role, and no load runs.
   *
   * @param repository what to mirror; null for the repository around the working directory
   * @param sabotage a fault to plant, as far as it concerns the start
   */
  static Rig start(@Nullable Path repository, Optional<Sabotage> sabotage, Screen screen)
      throws IOException, InterruptedException, TimeoutException {
    // A short path: a unix socket's name must fit into 107 bytes.
    Parts parts = new Parts(Files.createTempDirectory("gr-"));
    boolean complete = false;
    try {
      Path storage = Files.createDirectories(parts.directory.resolve("storage"));
      Path git = storage.resolve(REPOSITORY);
      Files.createDirectories(git.resolveSibling("."));
      SourceRepository source = SourceRepository.create(repository, git);
      parts.source = source;
      screen.line("repository: " + source.description());
      startServers(parts, storage);
      startWorkers(parts, sabotage);
      Rig rig = new Rig(parts);
      complete = true;
      return rig;
    } finally {
      if (!complete) {
        parts.workers.values().forEach(WorkerProcess::close);
        parts.running.forEach(Rig::closeQuietly);
        delete(parts.directory);
      }
    }
  }

  private static void startServers(Parts parts, Path storage) throws IOException {
    Path token =
        Files.createFile(
            parts.directory.resolve("token"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    byte[] secret = new byte[16];
    new SecureRandom().nextBytes(secret);
    Files.writeString(token, HexFormat.of().formatHex(secret));
    parts.tokenFile = token;
    StandInProcess local =
        StandInProcess.start(
            StandInLaunch.in(Files.createDirectory(parts.directory.resolve("local")))
                .withStorage(STORAGE, storage)
                .withUnix());
    parts.running.push(local);
    parts.local = local;
    StandInProcess network =
        StandInProcess.start(
            StandInLaunch.in(Files.createDirectory(parts.directory.resolve("network")))
                .withStorage(STORAGE, storage)
                .withTokenFile(token)
                .withTcp());
    parts.running.push(network);
    parts.network = network;
    ConfigFile config =
        new ConfigFile(
            parts.directory.resolve("router.yaml"),
            STORAGE,
            local.unixAddress(),
            network.tcpAddress(),
            token);
    config.giveRole(Hosts.ALL, List.of());
    parts.config = config;
  }

  private static void startWorkers(Parts parts, Optional<Sabotage> sabotage)
      throws IOException, InterruptedException, TimeoutException {
    for (String host : Hosts.ALL) {
      Path own = parts.directory.resolve(host);
      List<String> extra =
          new ArrayList<>(List.of("--timing-directory", own.resolve(TIMINGS).toString()));
      if (host.equals(Hosts.CANARY) && sabotage.equals(Optional.of(Sabotage.DOUBLE_WRITE))) {
        extra.add("--sabotage-double-write");
        extra.add(parts.part(parts.local).unixSocket().toString());
      }
      WorkerProcess worker =
          WorkerProcess.start(
              new WorkerProcess.Launch(host, STORAGE, parts.part(parts.config).path(), own, extra),
              START_PATIENCE);
      parts.workers.put(host, worker);
    }
  }

  Path directory() {
    return directory;
  }

  /** The repository on disk, past every server. */
  Path repository() {
    return source.directory();
  }

  SourceRepository source() {
    return source;
  }

  Path tokenFile() {
    return tokenFile;
  }

  StandInProcess local() {
    return local;
  }

  StandInProcess network() {
    return network;
  }

  ConfigFile config() {
    return config;
  }

  WorkerProcess worker(String host) {
    WorkerProcess worker = workers.get(host);
    if (worker == null) {
      throw new IllegalArgumentException(
          "host: " + host + " (expected one of: " + workers.keySet() + ")");
    }
    return worker;
  }

  /** Where the workers write how long their calls took. */
  List<Path> timings() {
    return Hosts.ALL.stream().map(host -> directory.resolve(host).resolve(TIMINGS)).toList();
  }

  /** What the network server counted since its process started. */
  ServerCounters networkCounters() {
    ReadCountersResponse counters = network.control().counters();
    long storage = 0;
    long other = 0;
    for (MethodCount method : counters.getMethodsList()) {
      boolean aboutServer =
          !method.getMethod().startsWith("gitaly.")
              || method.getMethod().startsWith("gitaly.ServerService/");
      if (aboutServer) {
        other += method.getStarted();
      } else {
        storage += method.getStarted();
      }
    }
    long accepted = 0;
    long open = 0;
    for (ConnectionCount connections : counters.getConnectionsList()) {
      accepted += connections.getAccepted();
      open += connections.getOpen();
    }
    return new ServerCounters(storage, other, accepted, open);
  }

  /** Copies what was written down to a directory that outlives the rig. */
  void keepBooks(Path to) throws IOException {
    for (String part : List.of("local", "network", Hosts.CANARY, Hosts.CONTROL)) {
      copy(directory.resolve(part), to.resolve(part), "*.{jsonl,log}");
    }
    for (String host : Hosts.ALL) {
      copy(directory.resolve(host).resolve(TIMINGS), to.resolve(host), "*.{hlog,marks}");
    }
  }

  private static void copy(Path from, Path to, String which) throws IOException {
    if (Files.isDirectory(from)) {
      Files.createDirectories(to);
      try (var files = Files.newDirectoryStream(from, which)) {
        for (Path file : files) {
          Files.write(to.resolve(file.getFileName()), Files.readAllBytes(file));
        }
      }
    }
  }

  /** Stops everything: the workers first, so that their last words are heard. */
  @Override
  public void close() {
    workers.values().forEach(WorkerProcess::close);
    closeQuietly(network);
    closeQuietly(local);
    delete(directory);
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      System.err.println("experiment: stopping a process failed: " + e);
    }
  }

  private static void delete(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure)
                throws IOException {
              Files.delete(each);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      System.err.println("experiment: " + directory + " is left behind: " + e.getMessage());
    }
  }
}
