package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.admin.HostReport.RouteState;
import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.route.RouteRule;
import java.time.Duration;
import java.time.Instant;
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

  /** The last change on top, then the document, who does not run it, and each process. */
  static String of(FleetStatus fleet, Optional<String> storage, Instant now) {
    StringBuilder text = new StringBuilder();
    top(fleet, now, text);
    for (HostReport report : fleet.reports()) {
      head(report, fleet, now, text);
    }
    TextTable table =
        TextTable.of(
            "HOST",
            "PID",
            "STORAGE",
            "DESIRED",
            "APPLIED",
            "ROUTE",
            "NETWORK",
            "STATE",
            "BREAKER",
            "NET STARTED",
            "NET IN FLIGHT",
            "OBSTACLE");
    for (HostReport report : fleet.reports()) {
      storages(report, storage).forEach(s -> row(report, s, desired(fleet, report, s), table));
    }
    return text.append(table).toString();
  }

  private static void top(FleetStatus fleet, Instant now, StringBuilder text) {
    line(text, "%s", lastChange(fleet, now));
    fleet
        .desired()
        .ifPresent(
            desired ->
                line(
                    text,
                    "document %s: generation %d, %s%s",
                    desired.place(),
                    desired.generation(),
                    shortened(desired.fingerprint()),
                    desired.view().isPresent() ? "" : ", NOT VALID: see config validate"));
    fleet.missing().forEach(host -> line(text, "not acknowledged: %s", host));
    fleet.troubles().forEach(trouble -> line(text, "trouble: %s", trouble));
  }

  private static String lastChange(FleetStatus fleet, Instant now) {
    if (fleet.desired().isEmpty()) {
      return "last change: not known without the document (--config or --etcd)";
    }
    if (fleet.lastChange().isEmpty()) {
      return "last change: none by a command so far";
    }
    AuditEntry last = fleet.lastChange().get();
    boolean edited = !last.after().equals(fleet.desired().get().fingerprint());
    return LastChange.line(last, now) + (edited ? "; edited since, by no command" : "");
  }

  private static void head(HostReport report, FleetStatus fleet, Instant now, StringBuilder text) {
    HostReport.Config config = report.config();
    Optional<String> desired = fleet.desired().map(FleetStatus.Desired::fingerprint);
    Duration old = Duration.between(report.at(), now);
    line(
        text,
        "%s pid %s: runs %s from %s, version %d, in force since %s, source heard %s%s%s%s",
        report.host(),
        report.process(),
        shortened(config.fingerprint()),
        config.origin(),
        config.generation(),
        config.appliedAt(),
        config.ageSeconds().map(age -> age + " s ago").orElse("never"),
        config.stale() ? ", STALE" : "",
        old.toSeconds() > 0 ? ", reported " + LastChange.age(old) + " ago" : "",
        desired.isEmpty() || report.runs(desired.get())
            ? ""
            : ", NOT the document " + shortened(desired.get()));
    report.forcedLocal().forEach(f -> line(text, "  forced local by %s: %s", f.by(), f.reason()));
    config.problems().forEach(problem -> line(text, "  refused: %s", problem));
    config.warnings().forEach(warning -> line(text, "  warning: %s", warning));
    report.endpoints().stream()
        .filter(endpoint -> endpoint.fault().isPresent())
        .forEach(e -> line(text, "  drill: %s on %s", e.fault().orElse(""), e.address()));
  }

  private static void row(
      HostReport report, HostReport.Storage storage, String desired, TextTable table) {
    table.row(
        report.host(),
        report.process(),
        storage.storage(),
        desired,
        storage.role().map(role -> share(role, storage.percent())).orElse("-"),
        storage.route().name().toLowerCase(Locale.ROOT),
        storage.network().orElse("-"),
        storage.networkState(),
        breaker(storage),
        Long.toString(network(storage, HostReport.Calls::started)),
        Long.toString(network(storage, HostReport.Calls::inFlight)),
        storage.obstacle().orElse("-"));
  }

  /** What the document says of the storage, in the words that show what a process applies. */
  private static String desired(FleetStatus fleet, HostReport report, HostReport.Storage storage) {
    return fleet
        .desired()
        .flatMap(FleetStatus.Desired::view)
        .map(view -> view.table(report.host()).storages().get(storage.storage()))
        .map(
            routes -> {
              RouteRule rule = routes.rule();
              return rule.role().map(role -> share(role, rule.percent())).orElse("-");
            })
        .orElse("?");
  }

  private static String share(String role, double percent) {
    return role + " " + Percent.format(percent);
  }

  private static String shortened(String fingerprint) {
    return fingerprint.substring(0, 12);
  }

  /** A breaker's state and for how long it has been that, and whose it is if somebody set it. */
  static String breaker(HostReport.Storage storage) {
    return storage.breaker().orElse("-")
        + storage.breakerSeconds().map(age -> " for " + time(age)).orElse("")
        + storage
            .forced()
            .map(f -> ", " + time(f.leftSeconds()) + " left: " + f.reason())
            .orElse("");
  }

  private static String time(double seconds) {
    return LastChange.age(Duration.ofMillis((long) (seconds * 1e3)));
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
