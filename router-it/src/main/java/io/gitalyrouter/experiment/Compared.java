package io.gitalyrouter.experiment;

import io.gitalyrouter.config.compare.CompareReport;
import io.gitalyrouter.config.compare.Comparison;
import io.gitalyrouter.config.compare.ComparisonPlan;
import io.gitalyrouter.config.compare.Design;
import io.gitalyrouter.config.compare.LatencyMargin;
import io.gitalyrouter.config.compare.Margins;
import io.gitalyrouter.config.compare.TimingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The time in which calls were drawn for either side. <em>Immutable.</em>
 *
 * @param from its begin
 * @param until its end
 */
record Compared(Instant from, Instant until) {
  private static final Duration SLOT = Duration.ofSeconds(1);
  private static final Duration SETTLE = Duration.ofSeconds(2);

  /** Half a minute of calls cannot show what an hour could: wider than the defaults. */
  private static final Margins MARGINS =
      new Margins(
          List.of(
              new LatencyMargin(0.5, 0.25, Duration.ofMillis(2)),
              new LatencyMargin(0.95, 0.25, Duration.ofMillis(10))),
          0.95,
          0.005,
          0.01);

  /**
   * Compares the two sides by the workers' timing logs.
   *
   * @throws IOException if they cannot be read
   */
  CompareReport report(List<Path> logs) throws IOException {
    return Comparison.of(
        ComparisonPlan.of(Design.RPC, from, until)
            .withTimes(SLOT, SETTLE, ComparisonPlan.DEFAULT_BLOCK)
            .withMargins(MARGINS),
        TimingData.read(logs));
  }

  /** Writes the report in every form, as {@code comparison.html} and so on. */
  static void write(CompareReport report, Path directory) throws IOException {
    Files.writeString(directory.resolve("comparison.html"), report.toHtml());
    Files.writeString(directory.resolve("comparison.md"), report.toMarkdown());
    Files.writeString(directory.resolve("comparison.json"), report.toJson());
  }
}
