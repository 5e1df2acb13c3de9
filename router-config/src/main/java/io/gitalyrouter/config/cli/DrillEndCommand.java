package io.gitalyrouter.config.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends a made-up fault. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "end",
    description = "Ends a made-up fault before its time.",
    exitCodeList = {"0:all processes did it", "4:some did not take it", "8:nobody to ask"},
    footer = {
      "",
      "Examples:",
      "  gitaly-router drill end --storage nfs-file01 --reason \"seen enough\""
    })
final class DrillEndCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final StorageAction action = new StorageAction();

  DrillEndCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return AdminCalls.done(
        AdminCalls.ask(
            admin, console, client -> client.clearFault(action.storage(), action.by(console))),
        console,
        "no made-up fault on " + action.storage());
  }
}
