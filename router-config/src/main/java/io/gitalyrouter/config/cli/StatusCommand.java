package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.gitalyrouter.config.admin.AdminClient.Answer;
import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.source.FileSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Shows what the processes of this host do. <em>Not thread-safe; confined to the main thread.</em>
 */
@Command(
    name = "status",
    description = {
      "Shows what the router processes of this host do: the document they run, and per storage the"
          + " role, where its calls go, and what is in the way. Touches no Gitaly."
    },
    exitCodeList = {
      "0:every process does what the document says",
      "2:a process does not answer, or runs another document than --config names",
      "3:degraded: a role is on and its calls stay local, or a configuration is stale or refused",
      "8:there is no process to ask"
    },
    footer = {
      "",
      "Examples:",
      "  gitaly-router status",
      "  gitaly-router status --host git01 --storage nfs-file01 --output json",
      "  gitaly-router status --config /etc/gitaly-router/router.yaml --watch"
    })
final class StatusCommand implements Callable<Integer> {
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final Console console;

  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The document that they should run.")
  private Optional<Path> config = Optional.empty();

  @Option(names = "--host", paramLabel = "HOST", description = "Only processes of this host name.")
  private Optional<String> host = Optional.empty();

  @Option(names = "--storage", paramLabel = "STORAGE", description = "Only this storage.")
  private Optional<String> storage = Optional.empty();

  @Option(names = "--watch", description = "Shows it again every two seconds, until interrupted.")
  private boolean watch;

  StatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    int code = show();
    CountDownLatch never = new CountDownLatch(1);
    while (watch) {
      boolean unused = never.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS);
      console.out().println();
      code = show();
    }
    return code;
  }

  private int show() throws IOException {
    Optional<String> desired = desired();
    List<Answer<HostReport>> answers = AdminCalls.ask(admin, console, client -> client.reports());
    List<HostReport> reports =
        AdminCalls.values(answers).stream()
            .filter(report -> host.isEmpty() || host.get().equals(report.host()))
            .toList();
    if (reports.isEmpty()) {
      throw new CommandException(
          ExitCode.UNKNOWN, "no process answers" + host.map(h -> " for host " + h).orElse(""));
    }
    JsonArray json = new JsonArray();
    reports.forEach(report -> json.add(JsonParser.parseString(report.toJson())));
    output.print(console, json, ReportText.of(reports, desired, storage));
    boolean silent = answers.stream().anyMatch(answer -> answer.trouble().isPresent());
    return code(reports, desired, silent).code();
  }

  private Optional<String> desired() throws IOException {
    return config.isEmpty()
        ? Optional.empty()
        : Optional.of(Failures.read(FileSource.of(config.get())).fingerprint());
  }

  private ExitCode code(List<HostReport> reports, Optional<String> desired, boolean silent) {
    boolean converged =
        reports.stream().allMatch(r -> r.runs(desired.orElse(r.config().fingerprint())));
    if (silent || !converged) {
      return ExitCode.NOT_CONVERGED;
    }
    return reports.stream().anyMatch(report -> ReportText.isDegraded(report, storage))
        ? ExitCode.DEGRADED
        : ExitCode.OK;
  }
}
