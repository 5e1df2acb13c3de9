package io.gitalyrouter.config.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rehearses the way back. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "rollback",
    description = {
      "Rehearses the way back: makes up a fault as drill fault does, waits until calls keep off the"
          + " network side, takes the role from the hosts, and tells how long each part took. The"
          + " hosts stay local; the fault ends with the drill, or with --for if this process dies."
          + " Run it where the hosts' processes are. What nobody saw counts as too long."
    },
    exitCodeList = {
      "0:done within the budget",
      "1:refused: no process sends these calls to the network side, a change in progress, another"
          + " generation; nothing was changed",
      "4:the fault was not taken, or the rollback not acknowledged, by all processes in time",
      "11:the drill took longer than it may"
    },
    footer = {
      "",
      "Examples:",
      "  gitaly-router drill rollback --host git01 --storage nfs-file01 --budget 30s --reason 'rehearsal'"
    })
final class DrillRollbackCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final ChangeOptions change = new ChangeOptions();
  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();
  @Mixin private final FaultOptions options = new FaultOptions();

  @Option(
      names = "--host",
      required = true,
      paramLabel = "HOST",
      split = ",",
      description = "The hosts that are taken back; several separated by commas.")
  private List<String> hosts = List.of();

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description =
          "The role; may be left out where only one role sends calls to the network side.")
  private Optional<String> role = Optional.empty();

  @Option(
      names = "--storage",
      required = true,
      paramLabel = "STORAGE",
      description = "The storage whose network side seems to fail.")
  private String storage = "";

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long the fault lasts at most; 2m unless given, at most 1h.")
  private Duration limit = Duration.ofMinutes(2);

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "What it may take from the fault until calls keep off, and from the order until the last"
              + " call is gone, together; 30s unless given.")
  private Duration budget = Duration.ofSeconds(30);

  DrillRollbackCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    RollbackDrill.Plan plan =
        new RollbackDrill.Plan(
            TargetOptions.of(hosts, role), storage, options.fault(), limit, budget);
    return new RollbackDrill(console, place, change, output).run(plan);
  }
}
