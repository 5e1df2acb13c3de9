package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.compare.CompareReport;
import io.gitalyrouter.config.compare.Comparison;
import io.gitalyrouter.config.compare.HostMark;
import io.gitalyrouter.config.compare.TimingData;
import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.timing.TimingMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares the two routes. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "compare",
    description = {
      "Says from the timing logs of one or many hosts by how much the network side is slower or",
      "faster than the local side, and how sure that is. It changes nothing. If the document is",
      "named, the changes of its audit stand on the report's timeline."
    },
    exitCodeList = {
      "0:the network side is better, or no worse",
      "8:there are no timing logs, or no calls in them",
      "9:the network side is worse",
      "10:the data do not tell, or a check forbids a verdict"
    },
    footer = {
      "",
      "Examples:",
      "  gitaly-router compare --design rpc --from 2026-11-24T12:30:00Z --window 30m logs/",
      "  gitaly-router compare --design host --html report.html git01/ git02/ git03/ git04/",
      "  gitaly-router compare --design rpc --percent 5 --margin p95=5%,1ms --aa rehearsal/"
          + " --output markdown logs/"
    })
final class CompareCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "PATH",
      arity = "1..*",
      description = "Timing logs (.hlog), or directories with them.")
  private List<Path> paths = List.of();

  @Mixin private final ComparePlanOptions planned = new ComparePlanOptions();
  @Mixin private final Place place = new Place();

  @Option(
      names = "--aa",
      paramLabel = "PATH",
      split = ",",
      description =
          "The logs of an earlier run in which both arms were served alike; if they differ there,"
              + " there is no verdict.")
  private List<Path> rehearsal = List.of();

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      description = "What to print: table, markdown, json or html; table unless given.")
  private CompareFormat format = CompareFormat.TABLE;

  @Option(names = "--markdown", paramLabel = "FILE", description = "Writes the report there too.")
  private Optional<Path> markdown = Optional.empty();

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the report there too.")
  private Optional<Path> json = Optional.empty();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Writes the report there too, as one page with plots that loads nothing.")
  private Optional<Path> html = Optional.empty();

  CompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    TimingData data = read(paths);
    Optional<CompareReport> earlier = Optional.empty();
    if (!rehearsal.isEmpty()) {
      TimingData alike = read(rehearsal);
      earlier = Optional.of(Comparison.of(planned.planOver(alike), alike));
    }
    CompareReport report = Comparison.of(planned.plan(data), data.with(changes()), earlier);
    print(report);
    return switch (report.verdict()) {
      case BETTER, NO_WORSE -> ExitCode.OK.code();
      case WORSE -> ExitCode.WORSE.code();
      case INCONCLUSIVE -> ExitCode.INCONCLUSIVE.code();
    };
  }

  private static TimingData read(List<Path> from) throws IOException {
    TimingData data = TimingData.read(from);
    if (data.sources().isEmpty()) {
      throw missing(from + ": no timing log (expected: files that end with .hlog)");
    }
    if (data.isEmpty()) {
      throw missing(
          from
              + ": no calls in "
              + data.sources().size()
              + " files, "
              + data.unreadable()
              + " lines not understood (expected: logs of a router that times its calls)");
    }
    return data;
  }

  private static CommandException missing(String what) {
    return new CommandException(ExitCode.UNKNOWN, what);
  }

  /** Without the audit the numbers are the same, so a store that is silent is only told. */
  private List<HostMark> changes() {
    List<HostMark> changes = new ArrayList<>();
    if (place.isGiven()) {
      try {
        place.store().audit().stream()
            .filter(entry -> !entry.action().equals(AuditEntry.ACKNOWLEDGED))
            .map(CompareCommand::mark)
            .forEach(changes::add);
      } catch (IOException e) {
        console.err().println("gitaly-router: no audit: " + Failures.describe(e));
      }
    }
    return changes;
  }

  private static HostMark mark(AuditEntry entry) {
    List<String> words = new ArrayList<>();
    words.add(entry.action() + " (" + entry.reason() + ")");
    words.addAll(entry.effects());
    return new HostMark(
        entry.actor(),
        new TimingMark(entry.at(), TimingMark.Kind.CHANGE, String.join("; ", words)));
  }

  private void print(CompareReport report) throws IOException {
    write(markdown, report, CompareFormat.MARKDOWN);
    write(json, report, CompareFormat.JSON);
    write(html, report, CompareFormat.HTML);
    console.out().print(text(report, format));
    console.out().flush();
  }

  private static void write(Optional<Path> file, CompareReport report, CompareFormat as)
      throws IOException {
    if (file.isPresent()) {
      Files.writeString(file.get(), text(report, as));
    }
  }

  private static String text(CompareReport report, CompareFormat as) {
    return switch (as) {
      case TABLE -> CompareText.of(report);
      case MARKDOWN -> report.toMarkdown();
      case JSON -> report.toJson();
      case HTML -> report.toHtml();
    };
  }
}
