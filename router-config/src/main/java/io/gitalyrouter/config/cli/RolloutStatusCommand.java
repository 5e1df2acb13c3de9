package io.gitalyrouter.config.cli;

import com.google.gson.JsonObject;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.OngoingChange;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the rollout in progress. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "status",
    description =
        "Shows the rollout in progress: its step, how long it still lasts, who began it and why.",
    exitCodeList = {"0:shown, or there is none"},
    footer = {"", "Examples:", "  gitaly-router rollout status"})
final class RolloutStatusCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  RolloutStatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    ChangeStore store = place.store();
    Optional<RolloutInProgress> found = RolloutInProgress.in(store.read());
    if (found.isEmpty()) {
      output.print(console, new JsonObject(), "no rollout is in progress\n");
      return ExitCode.OK.code();
    }
    Rollout rollout = found.get().rollout();
    Optional<OngoingChange> change = found.get().seen().ongoing();
    JsonObject json = change.map(OngoingChange::toJson).orElseGet(JsonObject::new);
    json.addProperty("percent", rollout.present().percent());
    json.addProperty("left_seconds", rollout.left(console.now()).toSeconds());
    output.print(
        console,
        json,
        change.map(OngoingChange::toString).orElse("")
            + "\n"
            + rollout.describe(console.now())
            + "\n");
    return ExitCode.OK.code();
  }
}
