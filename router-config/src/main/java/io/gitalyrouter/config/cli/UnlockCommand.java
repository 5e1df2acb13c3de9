package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.StoreState;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lets others change the document again. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "unlock",
    description = "Ends a lock, also that of somebody else; who and why is written to the audit.",
    exitCodeList = {"0:unlocked, or there was no lock", "1:a rollout is in progress"},
    footer = {"", "Examples:", "  gitaly-router unlock --reason 'file01 is upgraded'"})
final class UnlockCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final ChangeOptions change = new ChangeOptions();
  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  UnlockCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    ChangeStore store = place.store();
    StoreState seen = store.read();
    if (seen.ongoing().isPresent() && !seen.ongoing().get().kind().equals(LockCommand.KIND)) {
      throw CommandException.refused(
          "not a lock: " + seen.ongoing().get() + "; see: gitaly-router rollout abort --help");
    }
    new OngoingWriter(console, store, change, output).set(seen, "unlock", Optional.empty());
    return ExitCode.OK.code();
  }
}
