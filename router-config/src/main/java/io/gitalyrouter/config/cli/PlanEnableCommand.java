package io.gitalyrouter.config.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what {@code enable} would do. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "enable",
    description = {
      "Prints what enable would do with the same options: the lines of the document, each host's storages",
      "before and after, the calls per second that go another way by the hosts' own counters, how far it",
      "reaches, and the command that takes it back. Writes nothing."
    },
    exitCodeList = {"0:printed", "1:enable would be refused"},
    footer = {"", "Examples:", "  gitaly-router plan enable --host git01"})
final class PlanEnableCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final TargetOptions targets = new TargetOptions();
  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--measure",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long the hosts' calls are counted; 5s unless given, 0s not to count them.")
  private Duration measure = ChangeOptions.MEASURE;

  @Option(
      names = "--percent",
      paramLabel = "N",
      description = "The share of calls that the role sends to the network side, 0-100.")
  private Optional<Double> percent = Optional.empty();

  PlanEnableCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return new Changer(console, place.store(), ChangeOptions.showing(measure), output)
        .run(new EnableWish(targets, percent, ChangeGate.OPEN, /* isForced= */ false));
  }
}
