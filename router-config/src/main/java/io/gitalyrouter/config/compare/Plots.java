package io.gitalyrouter.config.compare;

import io.gitalyrouter.timing.TimingMark;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The plots of a report. <em>Immutable.</em> */
record Plots(CompareReport report) {
  private static final int WIDTH = 1160;
  private static final int LEFT = 420;
  private static final int RIGHT = WIDTH - 60;
  private static final int TIME_LEFT = 160;
  private static final int ROW = 26;
  private static final int MAX_METHODS = 25;
  private static final int MAX_MARKS = 500;

  /** Longer names would run out of the plot in a wide font. */
  private static final int MAX_NAME = 46;

  /** How many times as long the network side takes, with intervals, on a logarithmic axis. */
  String ratios() {
    return new RatioPlot(report, WIDTH, LEFT).draw(MAX_METHODS);
  }

  /** The latency of both arms at each percentile, on a logarithmic axis. */
  String latencies() {
    List<QuantileEffect> effects =
        report.overall().quantiles().stream()
            .filter(effect -> effect.estimate().isPresent())
            .toList();
    if (effects.size() < 2) {
      return "<p>Fewer than two quantiles have enough calls.</p>\n";
    }
    double lowest = Double.MAX_VALUE;
    double highest = 0;
    for (QuantileEffect effect : effects) {
      QuantileEffect.Estimate found = effect.estimate().orElseThrow();
      lowest = Math.min(lowest, Math.min(found.localMillis(), found.networkMillis()));
      highest = Math.max(highest, Math.max(found.localMillis(), found.networkMillis()));
    }
    int left = 110;
    int bottom = 290;
    Svg svg = new Svg(WIDTH, 330, "Latency of both arms by percentile");
    double span = Math.log(highest / lowest);
    for (int tick = 0; tick <= 4; tick++) {
      double y = bottom - 260.0 * tick / 4;
      svg.line(left, y, RIGHT, y, "grid");
      svg.words(left - 10, y + 5, "end", format("%.2f ms", lowest * Math.exp(span * tick / 4)));
    }
    double[][] last = new double[2][];
    for (int i = 0; i < effects.size(); i++) {
      QuantileEffect.Estimate found = effects.get(i).estimate().orElseThrow();
      double x = left + 60 + (RIGHT - left - 120.0) * i / (effects.size() - 1);
      svg.words(x, bottom + 25, "middle", effects.get(i).label());
      double[] values = {found.localMillis(), found.networkMillis()};
      String[] styles = {"local", "network"};
      for (int arm = 0; arm < 2; arm++) {
        double y = bottom - 260 * Math.log(values[arm] / lowest) / span;
        if (last[arm] != null) {
          svg.line(last[arm][0], last[arm][1], x, y, styles[arm]);
        }
        svg.dot(x, y, styles[arm], styles[arm] + format(" %.3f ms", values[arm]));
        last[arm] = new double[] {x, y};
      }
    }
    return svg.end();
  }

  /** What happened inside the window, a row for each kind, and the share of fallbacks. */
  String timeline() {
    List<HostMark> marks = report.timeline().stream().limit(MAX_MARKS).toList();
    List<TimingMark.Kind> kinds =
        marks.stream().map(mark -> mark.mark().kind()).distinct().toList();
    int bottom = ROW * kinds.size() + 15;
    Svg svg = new Svg(WIDTH, bottom + 130, "Toggles, trips and fallbacks over time");
    for (int i = 0; i < kinds.size(); i++) {
      double y = ROW * i + 20;
      svg.words(TIME_LEFT - 20, y + 5, "end", kinds.get(i).label());
      svg.line(TIME_LEFT, y, RIGHT, y, "grid");
    }
    for (HostMark mark : marks) {
      double y = ROW * kinds.indexOf(mark.mark().kind()) + 20;
      svg.dot(
          time(mark.mark().at()),
          y,
          "mark",
          mark.mark().at() + " " + mark.host() + " " + mark.mark().detail());
    }
    fallbacks(svg, bottom);
    svg.words(TIME_LEFT, bottom + 115, "start", report.window().from().toString());
    svg.words(RIGHT, bottom + 115, "end", report.window().end().toString());
    return svg.end();
  }

  private void fallbacks(Svg svg, int top) {
    double highest = 0.01;
    for (FallbackMoment moment : report.fallbacksOverTime()) {
      highest = Math.max(highest, share(moment));
    }
    int bottom = top + 90;
    svg.words(TIME_LEFT - 20, top + 22, "end", format("%.1f %%", 100 * highest));
    svg.words(TIME_LEFT - 20, bottom - 22, "end", "served locally");
    svg.words(TIME_LEFT - 20, bottom + 5, "end", "0 %");
    svg.line(TIME_LEFT, top + 17, RIGHT, top + 17, "grid");
    svg.line(TIME_LEFT, bottom, RIGHT, bottom, "even");
    for (FallbackMoment moment : report.fallbacksOverTime()) {
      if (moment.servedLocally() > 0) {
        double x = time(moment.begin()) + 8;
        svg.line(x, bottom, x, bottom - (bottom - top - 17) * share(moment) / highest, "bar");
      }
    }
  }

  private static double share(FallbackMoment moment) {
    return moment.servedLocally() / (double) moment.calls();
  }

  private double time(Instant at) {
    double from = report.window().from().toEpochMilli();
    double length = Math.max(1, report.window().end().toEpochMilli() - from);
    return TIME_LEFT + (RIGHT - TIME_LEFT) * (at.toEpochMilli() - from) / length;
  }

  /** The end of a name, which is what tells methods apart. */
  static String shortened(String name) {
    return name.length() <= MAX_NAME ? name : "..." + name.substring(name.length() - MAX_NAME + 3);
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
