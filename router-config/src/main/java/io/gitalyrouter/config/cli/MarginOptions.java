package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.compare.LatencyMargin;
import io.gitalyrouter.config.compare.Margins;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads margins as they are typed. */
final class MarginOptions {
  private static final String NUMBER = "(\\d{1,9}(?:\\.\\d{1,9})?)";
  private static final Pattern LATENCY =
      Pattern.compile("p" + NUMBER + "=" + NUMBER + "%," + NUMBER + "ms");
  private static final Pattern RATE = Pattern.compile("(errors|local)=" + NUMBER + "%");
  private static final double PRIMARY = 0.95;

  private MarginOptions() {}

  /**
   * The margins; the defaults for what is not said.
   *
   * @throws CommandException if one is none
   */
  static Margins parse(List<String> texts) {
    List<LatencyMargin> latency = new ArrayList<>();
    double errors = Margins.DEFAULT.errorRate();
    double local = Margins.DEFAULT.fallbackRate();
    for (String text : texts) {
      Matcher slower = LATENCY.matcher(text);
      Matcher more = RATE.matcher(text);
      if (slower.matches()) {
        latency.add(latency(slower));
      } else if (more.matches()) {
        double share = Double.parseDouble(more.group(2)) / 100;
        errors = more.group(1).equals("errors") ? share : errors;
        local = more.group(1).equals("local") ? share : local;
      } else {
        throw CommandException.usage(
            "--margin: \"" + text + "\" (expected: p95=10%,2ms or errors=0.05% or local=1%)");
      }
    }
    if (latency.isEmpty()) {
      return new Margins(Margins.DEFAULT.latency(), PRIMARY, errors, local);
    }
    boolean hasPrimary = latency.stream().anyMatch(margin -> margin.quantile() == PRIMARY);
    return new Margins(latency, hasPrimary ? PRIMARY : latency.get(0).quantile(), errors, local);
  }

  private static LatencyMargin latency(Matcher text) {
    // By way of an integer, so that p99.9 is the 0.999 of the report.
    double quantile = Math.round(Double.parseDouble(text.group(1)) * 1e4) / 1e6;
    return new LatencyMargin(
        quantile,
        Double.parseDouble(text.group(2)) / 100,
        Duration.ofNanos(Math.round(Double.parseDouble(text.group(3)) * 1e6)));
  }
}
