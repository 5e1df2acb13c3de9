package io.gitalyrouter.experiment;

import io.gitalyrouter.config.compare.CompareReport;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The report as a document for people. <em>Immutable.</em> */
final class MarkdownReport {
  private final StringBuilder out = new StringBuilder(8192);

  private MarkdownReport() {}

  static String of(Report report) {
    MarkdownReport document = new MarkdownReport();
    document.head(report);
    document.checks(report.checks());
    document.calls(report.rows());
    report.comparison().ifPresent(document::comparison);
    document.unknown(report.unknown());
    document.moved(report.moved());
    document.timeline(report.timeline());
    return document.out.toString();
  }

  private void head(Report report) {
    line("# Experiment: the change in small");
    line("");
    line(
        "**%s** — %d of %d checks hold. Started %s, took %d s.",
        report.passed() ? "PASSED" : "FAILED",
        report.checks().size() - report.violated().size(),
        report.checks().size(),
        report.start(),
        report.duration().toSeconds());
    report
        .sabotage()
        .ifPresent(
            s -> line("%nPlanted on purpose: `%s`; `%s` must find it.", s.label(), s.violates()));
    for (Check check : report.violated()) {
      line(
          "%n* violated: `%s` — %s: %s (expected %s)",
          check.name(), check.meaning(), check.actual(), check.expected());
    }
    line("");
    report.settings().forEach((name, value) -> line("* %s: %s", name, value));
    line("");
    line(
        "All numbers but the timings come from the servers' call logs, ledgers and counters, or from"
            + " the repository; a client's own book counts only for what it reports as failed.");
  }

  private void checks(List<Check> checks) {
    line("%n## Checks%n");
    line("| check | what is counted | expected | found | |");
    line("|---|---|---|---|---|");
    for (Check check : checks) {
      line(
          "| `%s` | %s | %s | %s | %s |",
          check.name(),
          check.meaning(),
          check.expected(),
          check.actual(),
          check.passed() ? "ok" : "**VIOLATED**");
    }
  }

  private void calls(List<PhaseRow> rows) {
    line("%n## Calls of the load, by phase, host and served route%n");
    line("| phase | host | served | calls | status | fallbacks | p50 ms | p95 ms | p99 ms |");
    line("|---|---|---|---:|---|---:|---:|---:|---:|");
    for (PhaseRow row : rows) {
      line(
          "| %s | %s | %s | %d | %s | %d | %s | %s | %s |",
          row.phase().label(),
          row.host(),
          row.route(),
          row.calls(),
          row.statuses().entrySet().stream()
              .map(e -> e.getKey() + " " + e.getValue())
              .collect(Collectors.joining(", ")),
          row.fallbacks(),
          millis(row.p50Micros()),
          millis(row.p95Micros()),
          millis(row.p99Micros()));
    }
  }

  private void comparison(CompareReport compared) {
    line("%n## Network against local, in the phase compare: %s%n", compared.verdict().label());
    compared.because().forEach(why -> line("No verdict, because of %s.%n", why));
    line("| guard | says | numbers and margin |");
    line("|---|---|---|");
    compared
        .findings()
        .forEach(
            found -> line("| %s | %s | %s |", found.what(), found.verdict().label(), found.why()));
    line(
        "%nBy method, with plots and checks: `comparison.html`, `comparison.md` and"
            + " `comparison.json` beside this report; the logs are in `books`.");
  }

  private void unknown(Map<Phase, MutationChecks.Unknown> unknown) {
    line("%n## Mutations reported as failed, outcome unknown to the caller%n");
    line(
        "| phase | reported as failed | the ledger: executed | not executed | begun, end unknown |");
    line("|---|---:|---:|---:|---:|");
    unknown.forEach(
        (phase, count) ->
            line(
                "| %s | %d | %d | %d | %d |",
                phase.label(),
                count.total(),
                count.executed(),
                count.notExecuted(),
                count.undecided()));
  }

  private void moved(Map<String, Long> moved) {
    line("%n## Calls that the routers moved to the local side%n");
    if (moved.isEmpty()) {
      line("None.");
    }
    moved.forEach((where, count) -> line("* %s: %d", where, count));
  }

  private void timeline(List<TimelineEntry> timeline) {
    line("%n## Timeline (UTC)%n");
    line("| time | who | what |");
    line("|---|---|---|");
    for (TimelineEntry entry : timeline) {
      line("| %s | %s | %s |", entry.utc(), entry.who(), entry.what().replace("|", "\\|"));
    }
  }

  private static String millis(long micros) {
    return String.format(Locale.ROOT, "%.1f", micros / 1000.0);
  }

  private void line(String format, Object... values) {
    out.append(
            values.length == 0
                ? format.replace("%n", "\n")
                : String.format(Locale.ROOT, format, values))
        .append('\n');
  }
}
