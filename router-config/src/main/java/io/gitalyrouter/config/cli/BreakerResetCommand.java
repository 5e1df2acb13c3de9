package io.gitalyrouter.config.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Resets breakers. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "reset",
    description = "Sets the breakers of a storage back to automatic, closed, with no memory.",
    exitCodeList = {"0:all processes did it", "4:some did not take it", "8:nobody to ask"},
    footer = {
      "",
      "Examples:",
      "  gitaly-router breaker reset --storage nfs-file01 --reason \"server is back\""
    })
final class BreakerResetCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final StorageAction action = new StorageAction();
  @Mixin private final OutputOptions output = new OutputOptions();

  BreakerResetCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return AdminCalls.done(
        AdminCalls.ask(
            admin, console, client -> client.resetBreaker(action.storage(), action.by(console))),
        console,
        output,
        "breaker of " + action.storage() + " is automatic");
  }
}
