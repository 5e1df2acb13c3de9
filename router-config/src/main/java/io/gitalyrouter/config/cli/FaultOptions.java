package io.gitalyrouter.config.cli;

import io.gitalyrouter.transport.InjectedFault;
import io.gitalyrouter.transport.InjectedFault.Kind;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Which fault a drill makes up. <em>Not thread-safe; confined to the main thread.</em> */
final class FaultOptions {
  @Option(
      names = "--simulate",
      paramLabel = "FAULT",
      description =
          "unavailable (calls fail), slow (calls wait) or reset (calls fail later); unavailable"
              + " unless given.")
  private Kind kind = Kind.UNAVAILABLE;

  @Option(
      names = "--delay",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long slow and reset hold a call back; 1s unless given.")
  private Duration delay = Duration.ofSeconds(1);

  InjectedFault fault() {
    return new InjectedFault(kind, kind == Kind.UNAVAILABLE ? Duration.ZERO : delay);
  }
}
