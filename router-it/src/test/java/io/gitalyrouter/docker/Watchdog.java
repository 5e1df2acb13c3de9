package io.gitalyrouter.docker;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A process that outlives this one however it ends, and then removes what it has left. It ignores
 * what a terminal sends to all processes. <em>Thread-safe.</em>
 */
final class Watchdog implements AutoCloseable {
  /** Longer than a request takes that the engine still works on. */
  private static final Duration QUIET = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Process process;

  private Watchdog(Process process) {
    this.process = process;
  }

  /** Starts one for this process. */
  static Watchdog start() throws IOException {
    File log =
        Files.createDirectories(Path.of("target", "docker")).resolve("watchdog.log").toFile();
    return new Watchdog(
        new ProcessBuilder(command())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start());
  }

  private static List<String> command() {
    return List.of(
        "sh",
        "-c",
        "trap '' HUP INT TERM; exec \"$0\" \"$@\"",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx64m",
        "-cp",
        System.getProperty("java.class.path"),
        Watchdog.class.getName(),
        Owner.self().toString());
  }

  /**
   * Waits for the end of its input, which is its owner's end, and removes what is left.
   *
   * @param args the owner
   */
  public static void main(String[] args) throws IOException {
    Owner owner = Owner.parse(args[0]).orElseThrow();
    System.in.transferTo(OutputStream.nullOutputStream());
    await("nothing of " + owner)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(100))
        .during(QUIET)
        .atMost(PATIENCE)
        .until(() -> isSwept(Belongings.of(owner)));
  }

  private static boolean isSwept(Belongings belongings) {
    List<String> left = belongings.all();
    if (left.isEmpty()) {
      return true;
    }
    try {
      belongings.remove();
    } catch (IllegalStateException e) {
      // What the engine is still busy with goes the next time.
      System.err.println(left + ": " + e.getCause());
    }
    return false;
  }

  /** Ends it: its owner has removed everything. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.getOutputStream().close();
      process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
