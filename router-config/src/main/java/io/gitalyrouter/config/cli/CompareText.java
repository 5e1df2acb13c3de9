package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.compare.CompareReport;
import io.gitalyrouter.config.compare.Finding;
import io.gitalyrouter.config.compare.Interval;
import io.gitalyrouter.config.compare.QuantileEffect;
import io.gitalyrouter.config.compare.SanityCheck;
import java.util.Locale;

/** What a comparison found, in short, for a terminal. */
final class CompareText {
  private CompareText() {}

  static String of(CompareReport report) {
    StringBuilder text = new StringBuilder();
    text.append("network against local: ").append(report.verdict().label()).append('\n');
    text.append(
        String.format(
            Locale.ROOT,
            "%s to %s UTC, look %d of %d, design %s, intervals of %.2f %%%n",
            report.window().from(),
            report.window().end(),
            report.window().look(),
            report.window().looks(),
            report.plan().design().label(),
            100 * report.plan().confidence()));
    report
        .because()
        .forEach(why -> text.append("no verdict, because of ").append(why).append('\n'));
    text.append('\n').append(findings(report));
    text.append('\n').append(quantiles(report));
    String checks = checks(report);
    return checks.isEmpty() ? text.toString() : text.append('\n').append(checks).toString();
  }

  private static String findings(CompareReport report) {
    TextTable table = TextTable.of("GUARD", "SAYS", "NUMBERS AND MARGIN");
    for (Finding finding : report.findings()) {
      table.row(finding.what(), finding.verdict().label(), finding.why());
    }
    return table.toString();
  }

  private static String quantiles(CompareReport report) {
    TextTable table = TextTable.of("ALL CALLS", "LOCAL MS", "NETWORK MS", "DIFFERENCE MS", "RATIO");
    for (QuantileEffect effect : report.overall().quantiles()) {
      effect
          .estimate()
          .ifPresentOrElse(
              found ->
                  table.row(
                      effect.label(),
                      format("%.3f", found.localMillis()),
                      format("%.3f", found.networkMillis()),
                      interval("%+.3f (%+.3f to %+.3f)", found.differenceMillis()),
                      interval("%.3f (%.3f to %.3f)", found.ratio())),
              () -> table.row(effect.label(), "-", "-", effect.refused(), ""));
    }
    return table.toString();
  }

  /** What did not simply pass. */
  private static String checks(CompareReport report) {
    TextTable table = TextTable.of("CHECK", "RESULT", "DETAIL");
    boolean any = false;
    for (SanityCheck check : report.checks()) {
      if (check.result() != SanityCheck.Result.PASSED) {
        table.row(check.name(), check.result().name(), check.detail());
        any = true;
      }
    }
    return any ? table.toString() : "";
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }

  private static String interval(String pattern, Interval interval) {
    return String.format(
        Locale.ROOT, pattern, interval.estimate(), interval.lower(), interval.upper());
  }
}
