package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.admin.AdminClient;
import io.gitalyrouter.config.admin.AdminClient.Answer;
import io.gitalyrouter.config.admin.HostReport;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One line for a monitoring system. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "check",
    description = {
      "Prints one line for a monitoring system, and ends with its codes. The number is that of the"
          + " processes that do not answer, are degraded, or are forced local."
    },
    exitCodeList = {
      "0:OK: fewer than --warn",
      "1:WARNING",
      "2:CRITICAL: --crit or more",
      "3:UNKNOWN: nobody to ask"
    },
    footer = {"", "Examples:", "  gitaly-router check --warn 1 --crit 3"})
final class CheckCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final AdminOptions admin = new AdminOptions();

  @Option(
      names = "--warn",
      paramLabel = "N",
      description = "Warns from so many on; 1 unless given.")
  private int warn = 1;

  @Option(
      names = "--crit",
      paramLabel = "N",
      description = "Critical from so many on; 2 unless given.")
  private int crit = 2;

  CheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<Answer<HostReport>> answers;
    try (AdminClient client = AdminCalls.client(admin)) {
      answers = client.reports();
    } catch (IOException e) {
      return say(3, "UNKNOWN", Failures.describe(e));
    }
    if (answers.isEmpty()) {
      return say(3, "UNKNOWN", "no process in " + admin.directory());
    }
    long silent = answers.stream().filter(answer -> answer.trouble().isPresent()).count();
    List<HostReport> reports = AdminCalls.values(answers);
    long degraded =
        reports.stream().filter(r -> ReportText.isDegraded(r, Optional.empty())).count();
    long forced = reports.stream().filter(r -> !r.forcedLocal().isEmpty()).count();
    long inFlight = reports.stream().mapToLong(HostReport::networkInFlight).sum();
    String text =
        String.format(
            Locale.ROOT,
            "%d processes, %d silent, %d degraded, %d forced local"
                + " | silent=%d degraded=%d forced=%d network_in_flight=%d",
            answers.size(),
            silent,
            degraded,
            forced,
            silent,
            degraded,
            forced,
            inFlight);
    long bad = silent + degraded + forced;
    return bad >= crit
        ? say(2, "CRITICAL", text)
        : bad >= warn ? say(1, "WARNING", text) : say(0, "OK", text);
  }

  private int say(int code, String word, String text) {
    console.out().println("GITALY-ROUTER " + word + " - " + text);
    console.out().flush();
    return code;
  }
}
