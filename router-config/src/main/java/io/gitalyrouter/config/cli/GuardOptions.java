package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.compare.Design;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * What guards a rollout; a mixin. <em>Not thread-safe; confined to the command that it is mixed
 * into.</em>
 */
final class GuardOptions {
  @Option(
      names = "--guard-logs",
      paramLabel = "PATH",
      split = ",",
      description = {
        "The timing logs of the hosts, or directories with them: a guard watches failed calls,",
        "slow calls and fallbacks in them, and objects when the network side does worse, or when",
        "they tell nothing of the network side."
      })
  private List<Path> logs = List.of();

  @Option(
      names = "--margin",
      paramLabel = "MARGIN",
      description =
          "How many more failed calls there may be (errors=0.05%%), and how many served locally"
              + " (local=1%%); these unless given.")
  private List<String> margins = List.of();

  /** The guard that the command line asks for; the given one if it asks for none. */
  RolloutGuard over(RolloutGuard otherwise, Console console, Design unit) {
    return logs.isEmpty()
        ? otherwise
        : new TimingGuard(console, logs, unit, MarginOptions.parse(margins));
  }
}
