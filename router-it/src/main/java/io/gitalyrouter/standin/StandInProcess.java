package io.gitalyrouter.standin;

import io.gitalyrouter.standin.journal.FlatJson;
import io.gitalyrouter.standin.journal.JournalFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A stand-in that runs as a process of its own, and the ways to harm it. *Not thread-safe; confined
 * to the test or experiment that starts it.*
 *
 * <p>{@link #close} ends the process in every case, also when it is frozen or dead already.
 */
public final class StandInProcess implements AutoCloseable {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private StandInLaunch launch;
  private Process process;
  private StandInControl control;

  private StandInProcess(StandInLaunch launch, Process process) {
    this.launch = launch;
    this.process = process;
    this.control = StandInControl.connect(launch.controlSocket());
  }

  /**
   * Starts a process and waits until it serves.
   *
   * @throws IOException if it ends or is not ready in time; the text has the end of its output
   */
  public static StandInProcess start(StandInLaunch launch) throws IOException {
    Process process = spawn(launch);
    return new StandInProcess(launch.withAddresses(awaitReady(launch, process)), process);
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether the process is there; also true when it is frozen. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its address for clients, such as {@code unix:/dir/gitaly.socket}. */
  public String unixAddress() {
    return address(ListenAddress.UNIX).toString();
  }

  /** The path of its unix socket. */
  public Path unixSocket() {
    return Path.of(address(ListenAddress.UNIX).path());
  }

  /** Its address for clients, such as {@code tcp://127.0.0.1:4711}. */
  public String tcpAddress() {
    return address(ListenAddress.TCP).toString();
  }

  /** Its TCP port. */
  public int tcpPort() {
    return address(ListenAddress.TCP).port();
  }

  /** Its address for clients, such as {@code tls://127.0.0.1:4711}. */
  public String tlsAddress() {
    return address(ListenAddress.TLS).toString();
  }

  /** Its TLS port. */
  public int tlsPort() {
    return address(ListenAddress.TLS).port();
  }

  /**
   * Its metrics page, such as {@code http://127.0.0.1:4711/metrics}.
   *
   * @throws IOException if it serves none
   */
  public String metricsUrl() throws IOException {
    String port = FlatJson.read(Files.readString(launch.readyFile())).get("metrics_port");
    if (port == null) {
      throw new IOException("the stand-in serves no metrics (expected: withMetrics)");
    }
    return "http://127.0.0.1:" + port + "/metrics";
  }

  /** The control client of the process that runs now; a restart makes a new one. */
  public StandInControl control() {
    return control;
  }

  /** Every execution since the first start, also those of killed predecessors. */
  public List<JournalFile.Entry> executions() throws IOException {
    return JournalFile.read(launch.ledger());
  }

  /** Every call received since the first start, also by killed predecessors. */
  public List<JournalFile.Entry> calls() throws IOException {
    return JournalFile.read(launch.calls());
  }

  /** The file of the process's output. */
  public Path output() {
    return launch.output();
  }

  /** Ends the process without a warning (SIGKILL), and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(STOP_TIMEOUT);
  }

  /** Stops the process from running (SIGSTOP): its sockets stay open, and nobody answers. */
  public void freeze() throws IOException {
    signal("STOP");
  }

  /** Lets a frozen process run on. */
  public void thaw() throws IOException {
    signal("CONT");
  }

  /** Asks the process to end (SIGTERM) and waits; it is killed if it takes too long. */
  public void stop() {
    process.destroy();
    if (!awaitExit(STOP_TIMEOUT)) {
      kill();
    }
  }

  /** Starts it again at the same addresses, and stops it first if it runs. */
  public void restart() throws IOException {
    if (process.isAlive()) {
      stop();
    }
    control.close();
    process = spawn(launch);
    launch = launch.withAddresses(awaitReady(launch, process));
    control = StandInControl.connect(launch.controlSocket());
  }

  @Override
  public void close() {
    control.close();
    if (process.isAlive()) {
      // A frozen process takes a kill, but no request to end.
      kill();
    }
  }

  private ListenAddress address(String transport) {
    return launch
        .address(transport)
        .orElseThrow(() -> new IllegalStateException("the stand-in serves no " + transport));
  }

  private void signal(String name) throws IOException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    try {
      if (kill.waitFor() != 0) {
        throw new IOException("kill -" + name + " " + process.pid() + " failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while signalling", e);
    }
  }

  private boolean awaitExit(Duration timeout) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Process spawn(StandInLaunch launch) throws IOException {
    Files.deleteIfExists(launch.readyFile());
    return new ProcessBuilder(launch.command())
        .redirectErrorStream(/* redirectErrorStream= */ true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.output().toFile()))
        .start();
  }

  private static List<ListenAddress> awaitReady(StandInLaunch launch, Process process)
      throws IOException {
    long deadline = System.nanoTime() + launch.startTimeout().toNanos();
    while (!Files.exists(launch.readyFile())) {
      if (!process.isAlive()) {
        throw new IOException("the stand-in ended at once: " + tail(launch.output()));
      }
      if (System.nanoTime() - deadline > 0) {
        process.destroyForcibly();
        throw new IOException(
            "the stand-in was not ready in "
                + launch.startTimeout()
                + ": "
                + tail(launch.output()));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    Map<String, String> ready = FlatJson.read(Files.readString(launch.readyFile()));
    List<ListenAddress> addresses = new ArrayList<>();
    for (int i = 0; ready.containsKey("listen." + i); i++) {
      addresses.add(ListenAddress.parse(ready.getOrDefault("listen." + i, "")));
    }
    return addresses;
  }

  private static String tail(Path output) throws IOException {
    String text = Files.exists(output) ? Files.readString(output) : "";
    return text.substring(Math.max(0, text.length() - 2000));
  }
}
