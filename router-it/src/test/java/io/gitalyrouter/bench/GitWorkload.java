package io.gitalyrouter.bench;

import io.gitalyrouter.experiment.Git;
import io.gitalyrouter.standin.StandInLaunch;
import io.gitalyrouter.standin.StandInProcess;
import io.gitalyrouter.worker.GitFronts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * What people do: the stock git client clones a large repository, and many clones of a small one
 * run at once, through the worker's git front over each kind of channel in turns.
 */
final class GitWorkload {
  static final List<Contender> OVER =
      List.of(Contender.PLAIN, Contender.ROUTER_LOCAL, Contender.ROUTER_NETWORK);

  private static final String LARGE = "large.git";
  private static final String SMALL = "small.git";
  private static final int FILE_BYTES = 1 << 20;
  private static final int SMALL_COMMITS = 12;
  private static final int SERVER_HEAP_MEGABYTES = 512;

  private final Path directory;
  private final Effort.GitLoad load;

  GitWorkload(Path directory, Effort.GitLoad load) {
    this.directory = directory;
    this.load = load;
  }

  /** How long one run took over each channel, one after the other. */
  record Round(Map<Contender, Double> seconds) {
    Round {
      seconds = Map.copyOf(seconds);
    }

    double seconds(Contender contender) {
      return seconds.getOrDefault(contender, Double.NaN);
    }

    /** How much faster than over the plain channel; above 1 is faster. */
    double besidePlain(Contender contender) {
      return seconds(Contender.PLAIN) / seconds(contender);
    }
  }

  /** What was measured of one kind of work. */
  record Result(String work, List<Round> rounds) {
    Result {
      rounds = List.copyOf(rounds);
    }

    double besidePlain(Contender contender) {
      return Samples.of(rounds, round -> round.besidePlain(contender)).median();
    }
  }

  private interface Work {
    void run(GitFronts front, Path scratch) throws Exception;
  }

  /** Measures both kinds. */
  List<Result> run() throws Exception {
    Path storage = Files.createDirectories(directory.resolve("git-storage"));
    long packBytes = makeLarge(storage.resolve(LARGE));
    makeSmall(storage.resolve(SMALL));
    StandInLaunch launch =
        StandInLaunch.in(Files.createDirectories(directory.resolve("git-server")))
            .withStorage(Services.STORAGE, storage)
            .withUnix()
            .withTcp()
            .withHeapMegabytes(SERVER_HEAP_MEGABYTES);
    Map<Contender, Opened> opened = new EnumMap<>(Contender.class);
    Map<Contender, GitFronts> fronts = new EnumMap<>(Contender.class);
    try (StandInProcess server = StandInProcess.start(launch)) {
      Site site = new Site(server.unixSocket(), server.tcpPort(), 0, directory);
      for (Contender contender : OVER) {
        Opened channel = contender.open(site, Transport.UNIX);
        opened.put(contender, channel);
        fronts.put(contender, GitFronts.open(channel.channel(), Services.STORAGE));
      }
      String clone = String.format("clone of %d MB", packBytes / 1_000_000);
      String fetches = load.fetches() + " small clones at once";
      return List.of(
          new Result(clone, rounds(fronts, (front, to) -> cloneInto(front, LARGE, to))),
          new Result(fetches, rounds(fronts, this::cloneManySmall)));
    } finally {
      fronts.values().forEach(GitFronts::close);
      opened.values().forEach(Opened::close);
    }
  }

  private List<Round> rounds(Map<Contender, GitFronts> fronts, Work work) throws Exception {
    List<Round> rounds = new ArrayList<>();
    // The first is for the server's caches and compiler.
    for (int number = -1; number < load.rounds(); number++) {
      Map<Contender, Double> seconds = new EnumMap<>(Contender.class);
      for (int i = 0; i < OVER.size(); i++) {
        Contender contender = OVER.get(Math.floorMod(number + i, OVER.size()));
        GitFronts front = fronts.get(contender);
        if (front == null) {
          throw new IllegalStateException(contender + " is not open");
        }
        seconds.put(contender, seconds(front, work));
      }
      if (number >= 0) {
        rounds.add(new Round(seconds));
      }
    }
    return rounds;
  }

  private double seconds(GitFronts front, Work work) throws Exception {
    Path scratch = Files.createTempDirectory(directory, "clones");
    long startNanos = System.nanoTime();
    work.run(front, scratch);
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    delete(scratch);
    return seconds;
  }

  private void cloneInto(GitFronts front, String repository, Path to)
      throws IOException, InterruptedException {
    Git.run(directory, "clone", "-q", "--bare", front.url(repository), to.toString());
  }

  private void cloneManySmall(GitFronts front, Path scratch)
      throws InterruptedException, ExecutionException {
    ExecutorService clients = Executors.newFixedThreadPool(load.fetches());
    try {
      List<Future<?>> clones = new ArrayList<>();
      for (int i = 0; i < load.fetches(); i++) {
        Path to = scratch.resolve("clone-" + i);
        clones.add(
            clients.submit(
                () -> {
                  cloneInto(front, SMALL, to);
                  return to;
                }));
      }
      for (Future<?> clone : clones) {
        clone.get();
      }
    } finally {
      clients.shutdown();
    }
  }

  /** Bytes that do not compress, packed once. Returns the size of the pack. */
  private long makeLarge(Path bare) throws IOException, InterruptedException {
    Path work = Files.createDirectories(directory.resolve("large"));
    Git.run(work, "init", "-q", "-b", "main");
    Git.run(work, "config", "core.compression", "0");
    Random random = new Random(1);
    byte[] bytes = new byte[FILE_BYTES];
    for (int i = 0; i < Math.max(1, load.cloneBytes() / FILE_BYTES); i++) {
      random.nextBytes(bytes);
      Files.write(work.resolve("file-" + i + ".bin"), bytes);
    }
    Git.run(work, "add", ".");
    Git.run(work, "commit", "-q", "-m", "Add the files");
    publish(work, bare);
    delete(work);
    try (Stream<Path> packs = Files.list(bare.resolve("objects/pack"))) {
      return packs.mapToLong(pack -> pack.toFile().length()).sum();
    }
  }

  private void makeSmall(Path bare) throws IOException, InterruptedException {
    Path work = Files.createDirectories(directory.resolve("small"));
    Git.run(work, "init", "-q", "-b", "main");
    for (int i = 0; i < SMALL_COMMITS; i++) {
      Files.writeString(work.resolve("file-" + i + ".txt"), "line\n".repeat(100 * i + 1));
      Git.run(work, "add", ".");
      Git.run(work, "commit", "-q", "-m", "Change " + i);
    }
    publish(work, bare);
    delete(work);
  }

  private void publish(Path work, Path bare) throws IOException, InterruptedException {
    Git.run(work, "gc", "-q");
    Git.run(directory, "clone", "-q", "--mirror", work.toString(), bare.toString());
    Git.run(bare, "remote", "remove", "origin");
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
