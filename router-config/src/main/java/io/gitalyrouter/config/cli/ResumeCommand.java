package io.gitalyrouter.config.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends a kill switch. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "resume",
    description = {
      "Ends what disable --all --now began on this host. With --all: ends what disable --all wrote to",
      "the document, for every host. Roles then do again what the document says."
    },
    exitCodeList = {
      "0:done, or there was nothing to end",
      "1:refused: a change in progress, another generation; nothing was changed",
      "2:something else still forces calls to the local side",
      "4:not acknowledged by all hosts or processes in time"
    },
    footer = {
      "",
      "Examples:",
      "  gitaly-router resume --reason 'file01 is back'",
      "  gitaly-router resume --all --reason 'file01 is back'"
    })
final class ResumeCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final ChangeOptions change = new ChangeOptions();
  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(names = "--all", description = "The document's kill switch, for every host.")
  private boolean isAll;

  ResumeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (!isAll) {
      if (change.ifGeneration().isPresent()) {
        throw CommandException.usage(
            "--if-generation: only with --all, which changes the document");
      }
      return new LocalSwitch(console, place.admin(), output)
          .resume(change.reason(), change.isDryRun());
    }
    return new Changer(console, place.store(), change, output)
        .run(new KillSwitchWish(/* isOn= */ false, change.reason()));
  }
}
