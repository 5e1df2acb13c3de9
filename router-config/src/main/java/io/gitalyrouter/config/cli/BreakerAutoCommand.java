package io.gitalyrouter.config.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends forced modes. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "auto",
    description = {
      "Ends what force-open or force-closed began before its time: the breakers of a storage are their",
      "own again, and closed. A breaker that nobody forced stays as it is, also if it is open."
    },
    exitCodeList = {"0:all processes did it", "4:some did not take it", "8:nobody to ask"},
    footer = {
      "",
      "Examples:",
      "  gitaly-router breaker auto --storage nfs-file01 --reason \"disk check is over\""
    })
final class BreakerAutoCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final StorageAction action = new StorageAction();
  @Mixin private final OutputOptions output = new OutputOptions();

  BreakerAutoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return AdminCalls.done(
        AdminCalls.ask(
            admin, console, client -> client.autoBreaker(action.storage(), action.by(console))),
        console,
        output,
        "breaker of " + action.storage() + " is its own again");
  }
}
