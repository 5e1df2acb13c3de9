package io.gitalyrouter.config.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends calls to the network side. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "enable",
    description = {
      "Gives hosts a role in the document, so that their calls go to the network side, and waits until",
      "they apply it. With --storage or --percent and no --host, changes the role for all of its hosts.",
      "Nothing to change is no error."
    },
    exitCodeList = {
      "0:every host applied it, or there was nothing to change",
      "1:refused: the precheck, a change in progress, another generation; nothing was changed",
      "4:written, but not acknowledged by all hosts in time"
    },
    footer = {
      "",
      "Examples:",
      "  gitaly-router enable --host git01 --reason 'first host' --change https://example.com/1777",
      "  gitaly-router enable --role network-gitaly --percent 5 --reason 'second step' --dry-run"
    })
final class EnableCommand implements Callable<Integer> {
  private final Console console;
  private final ChangeGate gate;

  @Mixin private final TargetOptions targets = new TargetOptions();
  @Mixin private final ChangeOptions change = new ChangeOptions();
  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--percent",
      paramLabel = "N",
      description = "The share of calls that the role sends to the network side, 0-100.")
  private Optional<Double> percent = Optional.empty();

  @Option(
      names = "--force",
      description = "Goes on although the precheck objects; the reason must say why.")
  private boolean isForced;

  EnableCommand(Console console, ChangeGate gate) {
    this.console = console;
    this.gate = gate;
  }

  @Override
  public Integer call() throws IOException {
    EnableWish wish = new EnableWish(targets, percent, gate, isForced);
    return new Changer(console, place.store(), change, output).run(wish);
  }
}
