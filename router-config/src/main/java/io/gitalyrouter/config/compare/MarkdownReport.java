package io.gitalyrouter.config.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report for the change issue. <em>Not thread-safe; for one report.</em> */
final class MarkdownReport {
  static final List<String> EFFECT_HEAD =
      List.of(
          "calls of",
          "local n",
          "network n",
          "at",
          "local ms",
          "network ms",
          "difference ms",
          "ratio");
  static final List<String> RATE_HEAD = List.of("what", "local", "network", "difference in points");

  private static final int MAX_TIMELINE = 200;

  private final StringBuilder text = new StringBuilder();
  private final CompareReport report;

  private MarkdownReport(CompareReport report) {
    this.report = report;
  }

  static String of(CompareReport report) {
    MarkdownReport markdown = new MarkdownReport(report);
    markdown.head();
    markdown.checks();
    markdown.effects("All calls, standardised to the local arm's mix", report.groups("all"));
    markdown.effects("By method, the worst first", report.groups("method"));
    markdown.effects("By storage", report.groups("storage"));
    markdown.effects("By worker host", report.hosts());
    markdown.rates();
    markdown.servedBy();
    markdown.timeline();
    markdown.tail();
    return markdown.text.toString();
  }

  private void head() {
    ComparisonPlan plan = report.plan();
    line("# Network route against local route: " + report.verdict().label());
    line("");
    line(
        "* Window: %s to %s UTC, planned until %s; look %d of %d; intervals of %.2f %%",
        report.window().from(),
        report.window().end(),
        plan.until(),
        report.window().look(),
        plan.looks(),
        100 * plan.confidence());
    line(
        "* Design: %s%s; every call counts in the arm that it was given to, with its whole time",
        plan.design().label(),
        plan.design().isInterleaved()
            ? String.format(Locale.ROOT, ", %.2f %%", plan.percent())
            : "");
    report.because().forEach(why -> line("* No verdict, because of %s", why));
    line("");
    table(List.of("guard", "says", "numbers and margin"), findings(report));
  }

  static List<List<String>> findings(CompareReport report) {
    return report.findings().stream()
        .map(finding -> List.of(finding.what(), finding.verdict().label(), finding.why()))
        .toList();
  }

  private void checks() {
    line("## Checks");
    line("");
    table(List.of("check", "result", "detail"), checks(report));
  }

  static List<List<String>> checks(CompareReport report) {
    return report.checks().stream()
        .map(check -> List.of(check.name(), check.result().name(), check.detail()))
        .toList();
  }

  private void effects(String title, List<GroupEffects> groups) {
    if (groups.isEmpty()) {
      return;
    }
    line("## " + title);
    line("");
    table(EFFECT_HEAD, effects(groups));
  }

  static List<List<String>> effects(List<GroupEffects> groups) {
    List<List<String>> rows = new ArrayList<>();
    for (GroupEffects group : groups) {
      for (QuantileEffect effect : group.quantiles()) {
        rows.add(row(group, effect));
      }
    }
    return rows;
  }

  private static List<String> row(GroupEffects group, QuantileEffect effect) {
    List<String> row =
        new ArrayList<>(
            List.of(
                group.name(),
                String.valueOf(group.localCalls()),
                String.valueOf(group.networkCalls()),
                effect.label()));
    if (effect.estimate().isEmpty()) {
      row.addAll(List.of("", "", effect.refused(), ""));
    } else {
      QuantileEffect.Estimate found = effect.estimate().get();
      row.add(format("%.3f", found.localMillis()));
      row.add(format("%.3f", found.networkMillis()));
      row.add(interval("%+.3f (%+.3f to %+.3f)", found.differenceMillis()));
      row.add(interval("%.3f (%.3f to %.3f)", found.ratio()));
    }
    return row;
  }

  private void rates() {
    line("## Failed calls and fallbacks");
    line("");
    table(RATE_HEAD, rates(report));
    RateEffect moved = report.fallbacks();
    line(
        "Of the %d calls meant for the network side that may go there, %d were served locally: %s.",
        moved.networkCalls(),
        moved.networkCount(),
        interval("%.4f %% (%.4f %% to %.4f %%)", percent(moved.difference())));
    line("");
  }

  static List<List<String>> rates(CompareReport report) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row(report.errors()));
    report.codes().forEach(code -> rows.add(row(code)));
    return rows;
  }

  private static List<String> row(RateEffect rate) {
    return List.of(
        rate.name(),
        rate.localCount() + " of " + rate.localCalls(),
        rate.networkCount() + " of " + rate.networkCalls(),
        interval("%+.4f (%+.4f to %+.4f)", percent(rate.difference())));
  }

  private static Interval percent(Interval share) {
    return new Interval(100 * share.estimate(), 100 * share.lower(), 100 * share.upper());
  }

  private void servedBy() {
    line("## By the route that served (raw, not for the verdict)");
    line("");
    table(
        List.of(
            "meant for", "served by", "calls", "p50 ms", "p90 ms", "p95 ms", "p99 ms", "p99.9 ms"),
        report.servedBy().stream()
            .map(
                served -> {
                  List<String> row =
                      new ArrayList<>(
                          List.of(
                              served.arm().label(),
                              served.served().label(),
                              String.valueOf(served.calls())));
                  served.quantilesMillis().forEach(value -> row.add(format("%.3f", value)));
                  return row;
                })
            .toList());
  }

  private void timeline() {
    if (report.timeline().isEmpty()) {
      return;
    }
    line("## Timeline");
    line("");
    table(
        List.of("time", "host", "event", "detail"),
        report.timeline().stream()
            .limit(MAX_TIMELINE)
            .map(
                mark ->
                    List.of(
                        mark.mark().at().toString(),
                        mark.host(),
                        mark.mark().kind().label(),
                        mark.mark().detail()))
            .toList());
  }

  private void tail() {
    line("## Left out, and limits");
    line("");
    for (Map.Entry<String, Long> reason : report.leftOut().entrySet()) {
      line("* %d calls: %s", reason.getValue(), reason.getKey());
    }
    if (report.plan().design().isInterleaved()) {
      line("* Both arms share disk, page cache and file server: what the network side costs or");
      line("  spares them shows in both arms. A switchback shows it.");
    }
    line("* Intervals of single methods, storages and hosts stand each for itself: of many, some");
    line("  miss the truth.");
    line("");
    line("Seed %d, %d replicates, of:", report.plan().seed(), report.plan().replicates());
    line("");
    report.sources().forEach(source -> line("* `%s`", source));
  }

  private void table(List<String> head, List<? extends List<String>> rows) {
    line("| " + String.join(" | ", head) + " |");
    line("|" + "---|".repeat(head.size()));
    for (List<String> row : rows) {
      line(
          "| "
              + String.join(" | ", row.stream().map(cell -> cell.replace("|", "\\|")).toList())
              + " |");
    }
    line("");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private void line(String pattern, Object first, Object... more) {
    Object[] all = new Object[more.length + 1];
    all[0] = first;
    System.arraycopy(more, 0, all, 1, more.length);
    line(String.format(Locale.ROOT, pattern, all));
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }

  private static String interval(String pattern, Interval interval) {
    return String.format(
        Locale.ROOT, pattern, interval.estimate(), interval.lower(), interval.upper());
  }
}
