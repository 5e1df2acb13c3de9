package io.gitalyrouter.config.cli;

import com.google.gson.JsonObject;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.OngoingChange;
import io.gitalyrouter.config.store.StoreState;
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
    StoreState seen = store.read();
    Optional<Rollout> rollout = Rollout.of(seen.ongoing());
    if (rollout.isEmpty()) {
      output.print(console, new JsonObject(), "no rollout is in progress\n");
      return ExitCode.OK.code();
    }
    String by = seen.ongoing().map(OngoingChange::toString).orElse("");
    JsonObject json = seen.ongoing().map(OngoingChange::toJson).orElseGet(JsonObject::new);
    json.addProperty("percent", rollout.get().present().percent());
    json.addProperty("left_seconds", rollout.get().left(console.now()).toSeconds());
    output.print(console, json, by + "\n" + rollout.get().describe(console.now()) + "\n");
    return ExitCode.OK.code();
  }
}
