package io.gitalyrouter.config.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * The report as one page with plots: no script, and nothing that is loaded from elsewhere. <em>Not
 * thread-safe; for one report.</em>
 */
final class HtmlReport {
  private static final String STYLE =
      """
      body { font: 15px/1.5 sans-serif; color: #1a1a1a; background: #fff; max-width: 1200px;
        margin: 1.5em auto; padding: 0 20px; }
      h1 { font-size: 26px; } h2 { font-size: 20px; margin-top: 1.6em; }
      table { border-collapse: collapse; width: 100%; }
      th, td { text-align: left; padding: 4px 10px; border-bottom: 1px solid #ccc;
        vertical-align: top; }
      td:first-child { overflow-wrap: anywhere; min-width: 130px; }
      svg { max-width: 100%; height: auto; } svg text { font: 14px sans-serif; fill: #1a1a1a; }
      .verdict { padding: 10px 16px; border-left: 8px solid #555; background: #f4f4f4; }
      .verdict b { font-size: 20px; }
      .worse { border-color: #b00020; } .better, .no_worse { border-color: #00695c; }
      b.slower { color: #b00020; } b.faster { color: #00695c; } b.unclear { color: #555; }
      .grid { stroke: #ddd; } .even { stroke: #555; }
      line.slower, line.local, line.network, line.faster, line.unclear { stroke-width: 2.5; }
      .slower { stroke: #b00020; fill: #b00020; } .faster { stroke: #00695c; fill: #00695c; }
      .unclear { stroke: #555; fill: #555; } .mark { fill: #6a1b9a; }
      .bar { stroke: #b00020; stroke-width: 10; }
      .local { stroke: #1565c0; fill: #1565c0; } .network { stroke: #ef6c00; fill: #ef6c00; }
      b.local { color: #1565c0; } b.network { color: #c25400; }
      """;

  private final StringBuilder text = new StringBuilder();
  private final CompareReport report;

  private HtmlReport(CompareReport report) {
    this.report = report;
  }

  static String of(CompareReport report) {
    HtmlReport page = new HtmlReport(report);
    page.head();
    page.plots();
    page.tables();
    page.text.append("</body>\n</html>\n");
    return page.text.toString();
  }

  private void head() {
    ComparisonPlan plan = report.plan();
    String title = "Network route against local route: " + report.verdict().label();
    text.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>")
        .append(Svg.escaped(title))
        .append("</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<h1>")
        .append(Svg.escaped(title))
        .append("</h1>\n");
    banner();
    text.append("<p>")
        .append(
            Svg.escaped(
                report.window().from()
                    + " to "
                    + report.window().end()
                    + " UTC, look "
                    + report.window().look()
                    + " of "
                    + plan.looks()
                    + "; design "
                    + plan.design().label()
                    + "; every call counts in the arm that it was given to, with its whole time."))
        .append("</p>\n");
    for (String why : report.because()) {
      text.append("<p><b>No verdict, because of ").append(Svg.escaped(why)).append("</b></p>\n");
    }
    table(List.of("guard", "says", "numbers and margin"), MarkdownReport.findings(report));
  }

  /** The answer in one glance: the verdict, what it rests on, and the primary numbers. */
  private void banner() {
    text.append("<p class=\"verdict ").append(report.verdict().key()).append("\"><b>");
    text.append(report.verdict().label()).append("</b> &#8212; ");
    text.append(Svg.escaped(Summary.of(report))).append("</p>\n");
  }

  private void plots() {
    Plots plots = new Plots(report);
    heading("How many times as long the network side takes, with intervals");
    text.append("<p>All calls, then the methods at ")
        .append(QuantileEffect.label(report.plan().margins().primary()))
        .append(", the worst first: <b class=\"slower\">slower</b> or")
        .append(" <b class=\"faster\">faster</b> beyond doubt,")
        .append(" <b class=\"unclear\">not clear</b>.</p>\n")
        .append(plots.ratios());
    heading("Latency by percentile");
    text.append("<p>All calls, standardised to the local arm's mix: <b class=\"local\">local</b>,")
        .append(" <b class=\"network\">network</b>; logarithmic.</p>\n")
        .append(plots.latencies());
    heading("Toggles, trips, fallbacks");
    text.append(plots.timeline());
  }

  private void tables() {
    heading("Checks");
    table(List.of("check", "result", "detail"), MarkdownReport.checks(report));
    effects("All calls, standardised to the local arm's mix", report.groups("all"));
    primary("By method, the worst first", report.groups("method"));
    primary("By storage", report.groups("storage"));
    primary("By worker host", report.hosts());
    heading("Failed calls and statuses");
    table(MarkdownReport.RATE_HEAD, MarkdownReport.rates(report));
    heading("Sources");
    List<List<String>> sources = new ArrayList<>();
    report.sources().forEach(source -> sources.add(List.of(source)));
    table(List.of("file and checksum"), sources);
  }

  private void effects(String title, List<GroupEffects> groups) {
    if (!groups.isEmpty()) {
      heading(title);
      table(MarkdownReport.EFFECT_HEAD, MarkdownReport.effects(groups));
    }
  }

  /** One row for each group; the other quantiles are in the other forms of the report. */
  private void primary(String title, List<GroupEffects> groups) {
    double quantile = report.plan().margins().primary();
    effects(title + ", at " + QuantileEffect.label(quantile), only(groups, quantile));
  }

  private static List<GroupEffects> only(List<GroupEffects> groups, double quantile) {
    return groups.stream()
        .map(
            group ->
                new GroupEffects(
                    group.kind(),
                    group.name(),
                    group.localCalls(),
                    group.networkCalls(),
                    group.quantiles().stream()
                        .filter(effect -> effect.quantile() == quantile)
                        .toList()))
        .toList();
  }

  private void heading(String title) {
    text.append("<h2>").append(Svg.escaped(title)).append("</h2>\n");
  }

  private void table(List<String> head, List<List<String>> rows) {
    text.append("<table>\n<tr>");
    head.forEach(cell -> text.append("<th>").append(Svg.escaped(cell)).append("</th>"));
    text.append("</tr>\n");
    for (List<String> row : rows) {
      text.append("<tr>");
      row.forEach(cell -> text.append("<td>").append(Svg.escaped(cell)).append("</td>"));
      text.append("</tr>\n");
    }
    text.append("</table>\n");
  }
}
