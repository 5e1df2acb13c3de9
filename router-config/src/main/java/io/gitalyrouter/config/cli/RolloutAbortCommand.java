package io.gitalyrouter.config.cli;

import com.google.gson.JsonObject;
import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.StoreState;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Ends a rollout and takes its calls back. <em>Not thread-safe; confined to the main thread.</em>
 */
@Command(
    name = "abort",
    description = "Ends a rollout: the role's share becomes 0, so that all of its calls are local.",
    exitCodeList = {"0:aborted", "1:no rollout is in progress"},
    footer = {"", "Examples:", "  gitaly-router rollout abort --reason 'p99 doubled'"})
final class RolloutAbortCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final ChangeOptions change = new ChangeOptions();
  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  RolloutAbortCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    ChangeStore store = place.store();
    StoreState seen = store.read();
    Rollout rollout =
        Rollout.of(seen.ongoing())
            .orElseThrow(() -> CommandException.refused("no rollout is in progress"));
    if (change.isDryRun()) {
      console.out().println("rollout abort (dry run): role " + rollout.role() + " to 0%");
      console.out().flush();
      return ExitCode.OK.code();
    }
    AuditEntry entry =
        new RolloutDriver(console, store, change, output, RolloutGuard.NONE)
            .abort(seen, rollout, change.reason());
    JsonObject json = new JsonObject();
    json.addProperty("action", "rollout abort");
    json.addProperty("role", rollout.role());
    json.addProperty("generation", entry.generation());
    output.print(
        console,
        json,
        "rollout aborted: role "
            + rollout.role()
            + " at 0%, generation "
            + entry.generation()
            + "\n");
    return ExitCode.OK.code();
  }
}
