package io.gitalyrouter.config.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes calls back to the local side. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "disable",
    description = {
      "Takes a role from hosts in the document, or storages from a role, and waits until they apply it.",
      "With --all: the kill switch, for every host by the document; with --all --now: for the processes",
      "of this host, by their admin sockets and a file beside them, without any store, whatever else is",
      "going on and whatever --if-generation says, until resume."
    },
    exitCodeList = {
      "0:every host applied it, or there was nothing to change",
      "1:refused: a change in progress, another generation; nothing was changed",
      "4:not acknowledged by all hosts or processes in time"
    },
    footer = {
      "",
      "Examples:",
      "  gitaly-router disable --host git01 --reason 'half an hour is over'",
      "  gitaly-router disable --all --now --reason 'file01 does not answer'"
    })
final class DisableCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final TargetOptions targets = new TargetOptions();
  @Mixin private final ChangeOptions change = new ChangeOptions();
  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(names = "--all", description = "All calls of all hosts.")
  private boolean isAll;

  @Option(
      names = "--now",
      description = "With --all: the processes of this host only, at once, without the store.")
  private boolean isNow;

  DisableCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (isAll != targets.isEmpty() || (isNow && !isAll)) {
      throw CommandException.usage(
          "expected: --all, --all --now, or any of --host, --role and --storage");
    }
    if (isNow) {
      return new LocalSwitch(console, place.admin(), output)
          .force(change.reason(), change.isDryRun());
    }
    Changer changer = new Changer(console, place.store(), change, output);
    return changer.run(
        isAll ? new KillSwitchWish(/* isOn= */ true, change.reason()) : new DisableWish(targets));
  }
}
