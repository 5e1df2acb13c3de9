package io.gitalyrouter.bench;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A {@link BenchServer} in a process of its own. <em>Thread-safe.</em> */
final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final Path ready;
  private final Path log;

  private ServerProcess(Process process, Path ready, Path log) {
    this.process = process;
    this.ready = ready;
    this.log = log;
  }

  /** Starts a server, and returns before it listens. */
  static ServerProcess open(Path directory, String name) throws IOException {
    Path ready = directory.resolve(name + ".ready");
    Files.deleteIfExists(ready);
    Path log = directory.resolve(name + ".log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-classpath",
                System.getProperty("java.class.path"),
                BenchServer.class.getName(),
                directory.toString(),
                name,
                ready.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new ServerProcess(process, ready, log);
  }

  /** Where it listens; waits until it does. */
  Site site() throws IOException {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> Files.exists(ready) || !process.isAlive());
    if (!process.isAlive()) {
      throw new IOException("the server ended at once: " + Files.readString(log));
    }
    return Site.read(ready);
  }

  /** SIGKILL; returns when it is sent. */
  void kill() {
    process.destroyForcibly();
  }

  /** SIGSTOP: the sockets stay open, and nobody answers. */
  void freeze() {
    try {
      new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
