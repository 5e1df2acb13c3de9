package io.gitalyrouter.experiment;

import io.gitalyrouter.config.compare.CompareReport;
import io.gitalyrouter.worker.proto.ReadStatsResponse;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The experiment's process: puts up the rig, goes through the change, writes the reports, and ends
 * with 0 only if every check holds. <em>Not thread-safe; confined to the main thread, except for
 * the shutdown hook, which only interrupts and joins.</em>
 */
@Command(
    name = "experiment",
    mixinStandardHelpOptions = true,
    description = "Goes through the change from local to network Gitaly, in small.")
public final class ExperimentMain implements Callable<Integer> {
  /** The exit code when a check is violated. */
  public static final int VIOLATED = 1;

  /** The exit code when there is no verdict. */
  public static final int NO_VERDICT = 2;

  // Held here, because a logger that nobody holds forgets its level.
  private static final Logger NETTY = Logger.getLogger("io.netty.bootstrap");
  private static final Pattern ARGUMENT = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  @Mixin private final ExperimentSettings settings = new ExperimentSettings();

  private final Interruption interruption = new Interruption();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final PrintStream out = System.out;

  private ExperimentMain() {}

  /**
   * Runs the experiment. Further arguments may stand in the system property {@code
   * experiment.args}, because Maven passes properties on more easily than arguments.
   */
  public static void main(String[] args) {
    // It says at every unix socket that keepalive is for TCP.
    NETTY.setLevel(Level.SEVERE);
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(split(System.getProperty("experiment.args", "")));
    ExperimentMain experiment = new ExperimentMain();
    CommandLine commandLine = new CommandLine(experiment).setOverwrittenOptionsAllowed(true);
    commandLine.setExecutionExceptionHandler(
        (e, unused, parsed) -> {
          commandLine.getErr().println("experiment: no verdict: " + describe(e));
          return NO_VERDICT;
        });
    int exitCode = commandLine.execute(all.toArray(String[]::new));
    experiment.stopped.countDown();
    System.exit(exitCode);
  }

  /** Splits a line into arguments at white space; quotes keep one together. */
  static List<String> split(String line) {
    List<String> arguments = new ArrayList<>();
    Matcher matcher = ARGUMENT.matcher(line);
    while (matcher.find()) {
      for (int group = 1; group <= 3; group++) {
        if (matcher.group(group) != null) {
          arguments.add(matcher.group(group));
        }
      }
    }
    return List.copyOf(arguments);
  }

  private static String describe(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.toString() : message;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, TimeoutException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopInOrder, "stop"));
    Screen screen = Screen.open(out, settings.isPlain());
    Report report = run(screen);
    Path output = settings.output();
    Files.writeString(output.resolve("report.md"), MarkdownReport.of(report));
    Files.writeString(output.resolve("report.json"), JsonReport.of(report));
    print(report, screen);
    screen.line("reports: " + output.resolve("report.md") + ", report.json");
    return report.passed() ? 0 : VIOLATED;
  }

  /** Runs on Ctrl-C: the main thread must get the time to stop the processes. */
  private void stopInOrder() {
    interruption.interrupt();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Report run(Screen screen) throws IOException, InterruptedException, TimeoutException {
    Instant start = Instant.now();
    Files.createDirectories(settings.output());
    Timeline timeline = new Timeline(Clock.systemUTC());
    try (Rig rig = Rig.start(settings.repository(), settings.sabotage(), screen)) {
      Watcher watcher = new Watcher(rig, settings.plan(), screen, interruption);
      try {
        Script script =
            new Script(rig, settings.plan(), watcher, screen, timeline, settings.sabotage());
        Evidence evidence = script.run();
        return report(start, rig, watcher, timeline, evidence, compare(rig, script));
      } finally {
        rig.keepBooks(settings.output().resolve("books"));
      }
    }
  }

  private Optional<CompareReport> compare(Rig rig, Script script) throws IOException {
    Optional<Compared> compared = script.compared();
    if (compared.isEmpty()) {
      return Optional.empty();
    }
    CompareReport report = compared.get().report(rig.timings());
    Compared.write(report, settings.output());
    return Optional.of(report);
  }

  private Report report(
      Instant start,
      Rig rig,
      Watcher watcher,
      Timeline timeline,
      Evidence evidence,
      Optional<CompareReport> comparison) {
    MutationChecks mutations = MutationChecks.of(evidence);
    Map<Phase, MutationChecks.Unknown> unknown = new EnumMap<>(Phase.class);
    for (Phase phase : Phase.values()) {
      if (phase.hasFault()) {
        unknown.put(phase, mutations.reportedAsFailed(phase));
      }
    }
    Map<String, Long> moved = new TreeMap<>();
    for (String host : Hosts.ALL) {
      ReadStatsResponse stats = watcher.stats(host);
      stats.getMovedMap().forEach((phase, count) -> moved.put(host + " in " + phase, count));
    }
    Map<String, String> described = settings.described(rig.source());
    evidence
        .shed()
        .forEach((host, count) -> described.put("arrivals given up by " + host, count.toString()));
    return new Report(
        start,
        Duration.between(start, Instant.now()),
        described,
        settings.sabotage(),
        PhaseRow.of(evidence),
        unknown,
        moved,
        timeline.sorted(),
        comparison,
        Checks.of(evidence));
  }

  private static void print(Report report, Screen screen) {
    for (Check check : report.checks()) {
      screen.line(
          String.format(
              Locale.ROOT,
              "  %-9s %-38s %s (expected %s)",
              check.passed() ? "ok" : "VIOLATED",
              check.name(),
              check.actual(),
              check.expected()));
    }
    report
        .unknown()
        .forEach(
            (phase, count) ->
                screen.line(
                    String.format(
                        Locale.ROOT,
                        "  %s: %d mutations reported as failed, outcome unknown to the caller;"
                            + " the ledgers: %d executed, %d not, %d begun",
                        phase.label(),
                        count.total(),
                        count.executed(),
                        count.notExecuted(),
                        count.undecided())));
    report
        .comparison()
        .ifPresent(
            compared ->
                screen.line(
                    "network against local: "
                        + compared.verdict().label()
                        + "; see comparison.html"));
    List<String> violated = report.violated().stream().map(Check::name).toList();
    screen.line(
        report.passed()
            ? "PASSED: all " + report.checks().size() + " checks hold"
            : "FAILED: violated: " + String.join(", ", violated));
  }
}
