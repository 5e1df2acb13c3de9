package io.gitalyrouter.config.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * How many times as long the network side takes, with intervals, on a logarithmic axis: all calls
 * at each quantile, then methods at the primary one. <em>Immutable.</em>
 *
 * @param width of the plot
 * @param left where the axis begins, right of the names
 */
record RatioPlot(CompareReport report, int width, int left) {
  private static final int ROW = 26;

  /** For the numbers right of the axis. */
  private static final int NUMBERS = 210;

  private static final double[] TICKS = {
    0.01, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.25, 1.5, 2, 5, 10, 100, 1_000, 10_000
  };
  private static final double LEAST_REACH = 1.12;

  /** Ticks that are nearer to each other would touch. */
  private static final double LEAST_DISTANCE = 60;

  private record Row(String name, Interval ratio) {}

  /** The lowest and highest logarithm of the axis. */
  private record Axis(double from, double to, double left, double right) {
    double place(double ratio) {
      return left + (right - left) * (Math.log(ratio) - from) / (to - from);
    }
  }

  String draw(int maxMethods) {
    List<Row> rows = rows(maxMethods);
    if (rows.isEmpty()) {
      return "<p>No quantile has enough calls.</p>\n";
    }
    Axis axis = axis(rows);
    int bottom = ROW * rows.size() + 20;
    Svg svg = new Svg(width, bottom + 48, "Ratio of network to local with intervals");
    ticks(svg, axis, bottom);
    for (int i = 0; i < rows.size(); i++) {
      row(svg, axis, rows.get(i), 25 + ROW * i);
    }
    svg.words(left, bottom + 42, "start", "\u2190 network faster");
    svg.words(axis.right(), bottom + 42, "end", "network slower \u2192");
    return svg.end();
  }

  private List<Row> rows(int maxMethods) {
    List<Row> rows = new ArrayList<>();
    for (QuantileEffect effect : report.overall().quantiles()) {
      effect
          .estimate()
          .ifPresent(found -> rows.add(new Row("all calls, " + effect.label(), found.ratio())));
    }
    double primary = report.plan().margins().primary();
    report.groups("method").stream()
        .limit(maxMethods)
        .forEach(
            group ->
                group
                    .at(primary)
                    .ifPresent(
                        found -> rows.add(new Row(Plots.shortened(group.name()), found.ratio()))));
    return rows;
  }

  private Axis axis(List<Row> rows) {
    double lowest = rows.stream().mapToDouble(row -> row.ratio().lower()).min().orElse(1) / 1.02;
    double highest = rows.stream().mapToDouble(row -> row.ratio().upper()).max().orElse(1) * 1.02;
    return new Axis(
        Math.log(Math.min(lowest, 1 / LEAST_REACH)),
        Math.log(Math.max(highest, LEAST_REACH)),
        left,
        width - NUMBERS);
  }

  /** Equal always has its line; of the others those that have room. */
  private static void ticks(Svg svg, Axis axis, int bottom) {
    List<Double> taken = new ArrayList<>(List.of(axis.place(1)));
    tick(svg, axis, 1, bottom, "even");
    DoubleStream.of(TICKS)
        .filter(tick -> tick != 1 && Math.log(tick) > axis.from() && Math.log(tick) < axis.to())
        .forEach(
            tick -> {
              double x = axis.place(tick);
              if (taken.stream().allMatch(other -> Math.abs(other - x) >= LEAST_DISTANCE)) {
                taken.add(x);
                tick(svg, axis, tick, bottom, "grid");
              }
            });
  }

  private static void tick(Svg svg, Axis axis, double ratio, int bottom, String style) {
    double x = axis.place(ratio);
    svg.line(x, 10, x, bottom, style);
    svg.words(x, bottom + 20, "middle", ratio == 1 ? "equal" : "\u00d7" + number(ratio));
  }

  private void row(Svg svg, Axis axis, Row row, double y) {
    Interval ratio = row.ratio();
    String style = ratio.lower() > 1 ? "slower" : ratio.upper() < 1 ? "faster" : "unclear";
    String numbers =
        "\u00d7"
            + number(ratio.estimate())
            + " ("
            + number(ratio.lower())
            + " to "
            + number(ratio.upper())
            + ")";
    svg.words(left - 20, y + 5, "end", row.name());
    svg.line(axis.place(ratio.lower()), y, axis.place(ratio.upper()), y, style);
    svg.dot(axis.place(ratio.estimate()), y, style, numbers);
    svg.words(width - 5, y + 5, "end", numbers);
  }

  private static String number(double value) {
    return value >= 100
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
  }
}
