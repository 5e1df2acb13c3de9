package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.DocumentView.Role;
import io.gitalyrouter.config.store.ChangeStore;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Goes on with a rollout. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "resume",
    description = {
      "Goes on with a rollout that was paused, or whose process has ended, and stays until the last step.",
      "The time of the pause does not count."
    },
    exitCodeList = {
      "0:the last step is reached, or somebody paused it",
      "1:no rollout is in progress, or paused because its guard objects, or ended by somebody else",
      "4:paused, as not all hosts acknowledged a step",
      "5:aborted by its guard (--auto-abort): all calls of the role are local"
    },
    footer = {"", "Examples:", "  gitaly-router rollout resume --reason 'file01 is quiet again'"})
final class RolloutResumeCommand implements Callable<Integer> {
  private final Console console;
  private final RolloutGuard guard;

  @Mixin private final GuardOptions guarding = new GuardOptions();
  @Mixin private final ChangeOptions change = new ChangeOptions();
  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  RolloutResumeCommand(Console console, RolloutGuard guard) {
    this.console = console;
    this.guard = guard;
  }

  @Override
  public Integer call() throws IOException {
    ChangeStore store = place.store();
    RolloutInProgress now = RolloutInProgress.toChange(store, change);
    Role role =
        DocumentView.of(Place.document(store, now.seen()))
            .role(now.rollout().role())
            .orElseThrow(
                () -> CommandException.refused("no role " + now.rollout().role() + " any more"));
    RolloutGuard watching = guarding.over(guard, console, RolloutStartCommand.design(role));
    if (now.rollout().isAutoAbort() && watching == RolloutGuard.NONE) {
      throw CommandException.usage(
          "the rollout was begun with --auto-abort, and has no guard (expected: --guard-logs PATH)");
    }
    Rollout next =
        now.rollout().paused().isPresent() ? now.rollout().resumedAt(console.now()) : now.rollout();
    if (change.isDryRun()) {
      new OngoingWriter(console, store, change, output)
          .set(now.seen(), "rollout resume", now.becoming(next));
      return ExitCode.OK.code();
    }
    RolloutDriver driver = new RolloutDriver(console, store, change, output, watching);
    driver.resume(now, next);
    return driver.drive();
  }
}
