package io.gitalyrouter.config.cli;

import com.google.gson.JsonNull;
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
    JsonObject json = new JsonObject();
    json.add("ongoing", JsonNull.INSTANCE);
    String text = "no rollout is in progress\n";
    if (found.isPresent()) {
      Rollout rollout = found.get().rollout();
      OngoingChange change = found.get().seen().ongoing().orElseThrow();
      json.add("ongoing", change.toJson());
      json.addProperty("percent", rollout.present().percent());
      json.addProperty("left_seconds", rollout.left(console.now()).toSeconds());
      text = change + "\n" + rollout.describe(console.now()) + "\n";
    }
    output.print(console, json, text);
    return ExitCode.OK.code();
  }
}
