package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.store.ChangeStore;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Holds a rollout at its present step. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "pause",
    description =
        "Holds a rollout at its present step, until rollout resume. The share stays as it is.",
    exitCodeList = {"0:paused", "1:no rollout is in progress"},
    footer = {"", "Examples:", "  gitaly-router rollout pause --reason 'file01 is busy'"})
final class RolloutPauseCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final ChangeOptions change = new ChangeOptions();
  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  RolloutPauseCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    ChangeStore store = place.store();
    RolloutInProgress now = RolloutInProgress.toChange(store, change);
    Rollout rollout = now.rollout();
    Rollout paused = rollout.paused().isPresent() ? rollout : rollout.pausedAt(console.now());
    new OngoingWriter(console, store, change, output)
        .set(now.seen(), "rollout pause", now.becoming(paused));
    return ExitCode.OK.code();
  }
}
