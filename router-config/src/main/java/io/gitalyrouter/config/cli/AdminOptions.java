package io.gitalyrouter.config.cli;

import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/**
 * How to reach the router processes of this host; a mixin of every command that asks them. <em>Not
 * thread-safe; confined to the command that it is mixed into.</em>
 */
public final class AdminOptions {
  @Option(
      names = "--admin-dir",
      paramLabel = "DIR",
      description = "The directory of this host's admin sockets; /run/gitaly-router unless given.")
  private Path directory = Path.of("/run/gitaly-router");

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "How long one process may take to answer, such as 500ms or 5s; 5s unless given.")
  private Duration timeout = Duration.ofSeconds(5);

  /** The directory with one socket per process. */
  public Path directory() {
    return directory;
  }

  /** How long one process may take to answer. */
  public Duration timeout() {
    return timeout;
  }
}
