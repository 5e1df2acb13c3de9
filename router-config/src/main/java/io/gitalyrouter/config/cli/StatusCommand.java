package io.gitalyrouter.config.cli;

import java.io.IOException;
import java.time.Duration;
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
      "Shows who changed the document last, which processes run it and which do not, and per storage the",
      "role, where its calls go, and what is in the way. With --etcd of all hosts, as their processes",
      "report every few seconds; else of this host. Touches no Gitaly."
    },
    exitCodeList = {
      "0:every process does what the document says",
      "2:a host or a process is not heard, or runs another document than --config or --etcd names",
      "3:degraded: a role is on and its calls stay local, or a configuration is stale or refused",
      "8:there is no process to ask"
    },
    footer = {
      "",
      "Examples:",
      "  gitaly-router status",
      "  gitaly-router status --host git01 --storage nfs-file01 --output json",
      "  gitaly-router status --config /etc/gitaly-router/router.yaml --watch",
      "  gitaly-router status --etcd http://etcd1:2379,http://etcd2:2379"
    })
final class StatusCommand implements Callable<Integer> {
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final Console console;

  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

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
    if (!watch) {
      return show();
    }
    CountDownLatch never = new CountDownLatch(1);
    while (true) {
      if (output.format() == OutputFormat.TABLE) {
        console.out().println();
        console.out().println(console.now());
      }
      showWhatCan();
      boolean unused = never.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** What cannot be seen now may be there at the next look. */
  private void showWhatCan() {
    try {
      int unused = show();
    } catch (IOException e) {
      console.err().println(Failures.describe(e));
      console.err().flush();
    } catch (CommandException e) {
      console.err().println(e.getMessage());
      console.err().flush();
    }
  }

  private int show() throws IOException {
    FleetStatus fleet = FleetStatus.look(place, host);
    if (fleet.reports().isEmpty()) {
      String nobody = "no process answers" + host.map(h -> " for host " + h).orElse("");
      fleet.troubles().forEach(trouble -> console.err().println(trouble));
      console.err().flush();
      throw new CommandException(ExitCode.UNKNOWN, nobody);
    }
    output.print(console, fleet.toJson(), ReportText.of(fleet, storage, console.now()));
    return fleet.code(storage).code();
  }
}
