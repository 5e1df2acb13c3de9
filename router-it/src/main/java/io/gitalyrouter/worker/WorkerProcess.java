package io.gitalyrouter.worker;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gitalyrouter.worker.proto.WorkerControlGrpc;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A worker in a JVM of its own, for tests and the experiment: started, asked over its control
 * socket, and stopped by its own process id. <em>Thread-safe.</em>
 */
public final class WorkerProcess implements AutoCloseable {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

  private final Process process;
  private final Ready ready;
  private final Launch launch;
  private final UnixSockets sockets;
  private final ManagedChannel channel;

  /**
   * What a worker is started with.
   *
   * @param host its host name, as the configuration knows it
   * @param storage the storage that it serves
   * @param directory its own files: control socket, ready file, journals and log; a short path
   * @param options further command line arguments; one of them names the document
   */
  public record Launch(String host, String storage, Path directory, List<String> options) {
    /** Copies the list. */
    public Launch {
      options = List.copyOf(options);
    }

    /** A worker that follows this file. */
    public Launch(String host, String storage, Path config, Path directory, List<String> extra) {
      this(
          host,
          storage,
          directory,
          Stream.concat(Stream.of("--config", config.toString()), extra.stream()).toList());
    }

    /** Where the worker records its calls. */
    public Path callJournal() {
      return directory.resolve("calls.jsonl");
    }

    /** Where the worker records what its router reports. */
    public Path eventJournal() {
      return directory.resolve("events.jsonl");
    }

    /** What the worker writes to its standard streams. */
    public Path log() {
      return directory.resolve("worker.log");
    }

    private Path readyFile() {
      return directory.resolve("ready.json");
    }

    private Path controlSocket() {
      return directory.resolve("control.sock");
    }
  }

  private record Ready(int gitPort, int metricsPort) {}

  private WorkerProcess(Process process, Ready ready, Launch launch) {
    this.process = process;
    this.ready = ready;
    this.launch = launch;
    this.sockets = UnixSockets.open("worker-control-" + launch.host());
    this.channel = sockets.connect(launch.controlSocket());
  }

  /**
   * Starts a worker and waits until it serves.
   *
   * @throws IOException with the end of its log, if it ends before that
   * @throws TimeoutException if it takes longer than the patience; it is stopped then
   */
  public static WorkerProcess start(Launch launch, Duration patience)
      throws IOException, InterruptedException, TimeoutException {
    Files.createDirectories(launch.directory());
    Files.deleteIfExists(launch.readyFile());
    Process process =
        new ProcessBuilder(command(launch))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()))
            .start();
    boolean started = false;
    try {
      Ready ready = awaitReady(process, launch, patience);
      WorkerProcess worker = new WorkerProcess(process, ready, launch);
      started = true;
      return worker;
    } finally {
      if (!started) {
        process.destroyForcibly();
      }
    }
  }

  private static List<String> command(Launch launch) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    // Four small processes share a small machine: a quick start is worth more than peak speed.
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
    command.add(WorkerMain.class.getName());
    command.addAll(List.of("--host", launch.host()));
    command.addAll(List.of("--storage", launch.storage()));
    command.addAll(List.of("--control-socket", launch.controlSocket().toString()));
    command.addAll(List.of("--ready-file", launch.readyFile().toString()));
    command.addAll(List.of("--journal-directory", launch.directory().toString()));
    command.addAll(launch.options());
    return command;
  }

  private static Ready awaitReady(Process process, Launch launch, Duration patience)
      throws IOException, InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!Files.exists(launch.readyFile())) {
      // The file is moved into place whole; until then the process itself is what we wait on.
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "worker " + launch.host() + " ended with " + process.exitValue() + ":\n" + log(launch));
      }
      if (System.nanoTime() - deadline > 0) {
        throw new TimeoutException(
            "worker " + launch.host() + " is not ready after " + patience + ":\n" + log(launch));
      }
    }
    JsonObject json =
        JsonParser.parseString(Files.readString(launch.readyFile())).getAsJsonObject();
    return new Ready(json.get("git_port").getAsInt(), json.get("metrics_port").getAsInt());
  }

  private static String log(Launch launch) throws IOException {
    String text = Files.exists(launch.log()) ? Files.readString(launch.log()) : "";
    return text.substring(Math.max(0, text.length() - 4000));
  }

  /** The control service; calls to it block. */
  public WorkerControlGrpc.WorkerControlBlockingStub control() {
    return WorkerControlGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  /** What it was started with. */
  public Launch launch() {
    return launch;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The {@code git://} address of a repository. */
  public String gitUrl(String relativePath) {
    return "git://127.0.0.1:" + ready.gitPort() + "/" + relativePath;
  }

  /** Where the meters are served, if that was asked for. */
  public Optional<String> metricsUrl() {
    return ready.metricsPort() == 0
        ? Optional.empty()
        : Optional.of("http://127.0.0.1:" + ready.metricsPort() + "/metrics");
  }

  /** Stops it in order, so that its journals are whole; by force if that takes too long. */
  @Override
  public void close() {
    channel.shutdownNow();
    sockets.close();
    process.destroy();
    try {
      if (!process.waitFor(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
