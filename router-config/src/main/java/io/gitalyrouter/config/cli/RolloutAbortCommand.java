package io.gitalyrouter.config.cli;

import com.google.gson.JsonObject;
import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.config.store.ChangeStore;
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
    RolloutInProgress now = RolloutInProgress.toChange(store, change);
    Rollout rollout = now.rollout();
    JsonObject json = new JsonObject();
    json.addProperty("action", "rollout abort");
    json.addProperty("role", rollout.role());
    if (change.isDryRun()) {
      json.addProperty("dry_run", true);
      output.print(console, json, "rollout abort (dry run): role " + rollout.role() + " to 0%\n");
      return ExitCode.OK.code();
    }
    AuditEntry entry =
        new RolloutDriver(console, store, change, output, RolloutGuard.NONE)
            .abort(now, change.reason());
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
