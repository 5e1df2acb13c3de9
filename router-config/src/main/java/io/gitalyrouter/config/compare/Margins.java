package io.gitalyrouter.config.compare;

import java.time.Duration;
import java.util.List;

/**
 * What counts as worse, fixed before the data are seen. <em>Immutable.</em>
 *
 * @param latency the margin at each quantile that guards the verdict
 * @param primary the quantile at which faster is called better; one of {@code latency}
 * @param errorRate how much higher the share of failed calls may be; 0.0005 is 0.05 points
 * @param fallbackRate the share of calls meant for the network side that may be served locally
 */
public record Margins(
    List<LatencyMargin> latency, double primary, double errorRate, double fallbackRate) {
  /** At p95 ten percent and 2 ms, at p50 and p99 likewise in proportion. */
  public static final Margins DEFAULT =
      new Margins(
          List.of(
              new LatencyMargin(0.5, 0.10, Duration.ofMillis(1)),
              new LatencyMargin(0.95, 0.10, Duration.ofMillis(2)),
              new LatencyMargin(0.99, 0.20, Duration.ofMillis(10))),
          0.95,
          0.0005,
          0.01);

  /** Checks the ranges. */
  public Margins {
    latency = List.copyOf(latency);
    double wanted = primary;
    if (latency.stream().noneMatch(margin -> margin.quantile() == wanted)) {
      throw new IllegalArgumentException(
          "primary: " + primary + " (expected: a quantile that has a margin)");
    }
    if (!(errorRate >= 0 && fallbackRate >= 0)) {
      throw new IllegalArgumentException("rates: negative (expected: >= 0)");
    }
  }
}
