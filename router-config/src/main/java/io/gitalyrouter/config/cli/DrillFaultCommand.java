package io.gitalyrouter.config.cli;

import io.gitalyrouter.transport.InjectedFault;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes up a fault. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "fault",
    description = {
      "Makes up a fault of a storage's network side in the processes of this host, for a time: new"
          + " calls fail or wait before they leave. No server sees it; other storages of the same"
          + " endpoint share it."
    },
    exitCodeList = {"0:all processes do it", "4:some did not take it", "8:nobody to ask"},
    footer = {
      "",
      "Examples:",
      "  gitaly-router drill fault --storage nfs-file01 --simulate unavailable --for 2m --reason \"rehearsal\""
    })
final class DrillFaultCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final StorageAction action = new StorageAction();
  @Mixin private final FaultOptions options = new FaultOptions();

  @Option(
      names = "--for",
      required = true,
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long it lasts; at most 1h.")
  private Duration limit = Duration.ZERO;

  DrillFaultCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    InjectedFault fault = options.fault();
    return AdminCalls.done(
        AdminCalls.ask(
            admin,
            console,
            client -> client.injectFault(action.storage(), fault, limit, action.by(console))),
        console,
        fault.kind().label()
            + " on "
            + action.storage()
            + " for "
            + DurationConverter.format(limit));
  }
}
