package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.admin.AdminClient;
import io.gitalyrouter.config.admin.AdminClient.Answer;
import io.gitalyrouter.config.admin.Drained;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Waits for the last network calls. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "drain",
    description = {
      "Counts down the calls that run on network endpoints of this host's processes, and names those that",
      "are left: their storages and methods, how many, and the age of the oldest. Changes no role: disable",
      "it first."
    },
    exitCodeList = {
      "0:no call is left",
      "6:calls are left, or a process does not answer",
      "8:nobody to ask"
    },
    footer = {
      "",
      "Examples:",
      "  gitaly-router drain --wait 60s",
      "  gitaly-router drain --wait 10m --cancel-after 5m --reason \"rollback\""
    })
final class DrainCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(500);

  private final Console console;

  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to wait for zero; 60s unless given.")
  private Duration patience = Duration.ofSeconds(60);

  @Option(
      names = "--cancel-after",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "After this time, cancels the calls on endpoints that no role uses any more: those that"
              + " may move are served locally, the others end with UNAVAILABLE.")
  private Optional<Duration> cancelAfter = Optional.empty();

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; needed to cancel.")
  private Optional<String> reason = Optional.empty();

  DrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (cancelAfter.isPresent() && reason.isEmpty()) {
      throw CommandException.usage("--cancel-after needs --reason");
    }
    long begin = console.ticker().nanos();
    CountDownLatch never = new CountDownLatch(1);
    boolean cancelled = false;
    while (true) {
      Duration waited = Duration.ofNanos(console.ticker().nanos() - begin);
      boolean cancel =
          !cancelled && cancelAfter.isPresent() && waited.compareTo(cancelAfter.get()) >= 0;
      cancelled |= cancel;
      DrainLook look = look(waited, cancel);
      if (output.format() == OutputFormat.TABLE) {
        console.out().print(look.text());
        console.out().flush();
      }
      if (look.isDrained() || waited.compareTo(patience) >= 0) {
        output.print(console, look.toJson(), look.verdict() + "\n");
        return (look.isDrained() ? ExitCode.OK : ExitCode.LEFT_OVER).code();
      }
      boolean unused = never.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private DrainLook look(Duration waited, boolean cancel) throws IOException {
    List<Answer<Drained>> answers =
        AdminCalls.ask(
            admin,
            console,
            client ->
                cancel
                    ? client.cancelDraining(AdminCalls.by(console, reason.orElse("")))
                    : client.drain());
    DrainLook counted = new DrainLook(waited, answers, List.of());
    if (counted.left() == 0) {
      return counted;
    }
    try (AdminClient client = AdminCalls.client(admin)) {
      return new DrainLook(waited, answers, AdminCalls.values(client.reports()));
    }
  }
}
