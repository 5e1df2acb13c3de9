package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.admin.HostReport.RouteState;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Host reports for people. <em>Immutable.</em> */
final class ReportText {
  private ReportText() {}

  /** Whether something of it works only in part. */
  static boolean isDegraded(HostReport report, Optional<String> storage) {
    return report.config().stale()
        || !report.config().problems().isEmpty()
        || storages(report, storage).stream().anyMatch(s -> s.route() == RouteState.BLOCKED);
  }

  private static List<HostReport.Storage> storages(HostReport report, Optional<String> storage) {
    return report.storages().stream()
        .filter(s -> storage.isEmpty() || storage.get().equals(s.storage()))
        .toList();
  }

  static String of(List<HostReport> reports, Optional<String> desired, Optional<String> storage) {
    StringBuilder text = new StringBuilder();
    for (HostReport report : reports) {
      head(report, desired, text);
    }
    TextTable table =
        TextTable.of(
            "HOST",
            "PID",
            "STORAGE",
            "ROLE",
            "PERCENT",
            "ROUTE",
            "NETWORK",
            "STATE",
            "BREAKER",
            "NET STARTED",
            "NET IN FLIGHT",
            "OBSTACLE");
    for (HostReport report : reports) {
      storages(report, storage).forEach(s -> row(report, s, table));
    }
    return text.append(table).toString();
  }

  private static void head(HostReport report, Optional<String> desired, StringBuilder text) {
    HostReport.Config config = report.config();
    line(
        text,
        "%s pid %s: runs %s from %s, version %d, in force since %s, source heard %s%s%s",
        report.host(),
        report.process(),
        config.fingerprint().substring(0, 12),
        config.origin(),
        config.generation(),
        config.appliedAt(),
        config.ageSeconds().map(age -> age + " s ago").orElse("never"),
        config.stale() ? ", STALE" : "",
        desired.isEmpty() || report.runs(desired.get())
            ? ""
            : ", NOT the document " + desired.get().substring(0, 12));
    report.forcedLocal().forEach(f -> line(text, "  forced local by %s: %s", f.by(), f.reason()));
    config.problems().forEach(problem -> line(text, "  refused: %s", problem));
    config.warnings().forEach(warning -> line(text, "  warning: %s", warning));
    report.endpoints().stream()
        .filter(endpoint -> endpoint.fault().isPresent())
        .forEach(e -> line(text, "  drill: %s on %s", e.fault().orElse(""), e.address()));
  }

  private static void row(HostReport report, HostReport.Storage storage, TextTable table) {
    table.row(
        report.host(),
        report.process(),
        storage.storage(),
        storage.role().orElse("-"),
        storage.role().isEmpty() ? "-" : Double.toString(storage.percent()),
        storage.route().name().toLowerCase(Locale.ROOT),
        storage.network().orElse("-"),
        storage.networkState(),
        breaker(storage),
        Long.toString(network(storage, HostReport.Calls::started)),
        Long.toString(network(storage, HostReport.Calls::inFlight)),
        storage.obstacle().orElse("-"));
  }

  /** A breaker's state, and whose it is and for how long if somebody set it. */
  static String breaker(HostReport.Storage storage) {
    return storage
        .forced()
        .map(f -> f.mode() + " for " + f.leftSeconds() + " s: " + f.reason())
        .or(storage::breaker)
        .orElse("-");
  }

  private static long network(HostReport.Storage storage, ToLongFunction<HostReport.Calls> number) {
    return storage.calls().stream()
        .filter(calls -> calls.route().equals("network"))
        .mapToLong(number)
        .sum();
  }

  private static void line(StringBuilder text, String form, Object... values) {
    text.append(String.format(Locale.ROOT, form, values)).append('\n');
  }
}
