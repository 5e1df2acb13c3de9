package io.gitalyrouter.config.cli;

import io.gitalyrouter.breaker.BreakerMode;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Forces breakers for a time. <em>Not thread-safe; confined to the main thread.</em> */
abstract class BreakerForceCommand implements Callable<Integer> {
  private final Console console;
  private final BreakerMode mode;

  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final StorageAction action = new StorageAction();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--for",
      required = true,
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long it lasts; at most 24h.")
  private Duration limit = Duration.ZERO;

  private BreakerForceCommand(Console console, BreakerMode mode) {
    this.console = console;
    this.mode = mode;
  }

  static CommandLine open(Console console) {
    return new CommandLine(new ForceOpen(console));
  }

  static CommandLine closed(Console console) {
    return new CommandLine(new ForceClosed(console));
  }

  @Override
  public Integer call() throws IOException {
    return AdminCalls.done(
        AdminCalls.ask(
            admin,
            console,
            client -> client.forceBreaker(action.storage(), mode, limit, action.by(console))),
        console,
        output,
        "breaker of "
            + action.storage()
            + " is "
            + mode
            + " for "
            + DurationConverter.format(limit));
  }

  @Command(
      name = "force-open",
      description = "Has the breakers of a storage refuse every call, which is served locally.",
      exitCodeList = {"0:all processes do it", "4:some did not take it", "8:nobody to ask"},
      footer = {
        "",
        "Examples:",
        "  gitaly-router breaker force-open --storage nfs-file01 --for 30m --reason \"disk check\""
      })
  private static final class ForceOpen extends BreakerForceCommand {
    ForceOpen(Console console) {
      super(console, BreakerMode.FORCED_OPEN);
    }
  }

  @Command(
      name = "force-closed",
      description = "Has the breakers of a storage refuse no call, whatever the results are.",
      exitCodeList = {"0:all processes do it", "4:some did not take it", "8:nobody to ask"},
      footer = {
        "",
        "Examples:",
        "  gitaly-router breaker force-closed --storage nfs-file01 --for 10m --reason \"false alarm\""
      })
  private static final class ForceClosed extends BreakerForceCommand {
    ForceClosed(Console console) {
      super(console, BreakerMode.FORCED_CLOSED);
    }
  }
}
