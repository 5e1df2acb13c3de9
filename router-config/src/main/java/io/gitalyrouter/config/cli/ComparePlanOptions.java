package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.compare.ComparisonPlan;
import io.gitalyrouter.config.compare.Design;
import io.gitalyrouter.config.compare.TimingData;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * What is fixed before the data are seen; a mixin. <em>Not thread-safe; confined to the command
 * that it is mixed into.</em>
 */
final class ComparePlanOptions {
  @Option(
      names = "--design",
      paramLabel = "DESIGN",
      required = true,
      description =
          "How calls were given to the arms: rpc (a share of the calls), request (a share of the"
              + " correlation ids), host (the role on some hosts) or switchback (on and off in"
              + " turns).")
  private Design design = Design.RPC;

  @Option(
      names = "--percent",
      paramLabel = "N",
      description =
          "The share of calls that was meant for the network side, for rpc and request; 50 unless"
              + " given. Another share in the logs forbids a verdict.")
  private double percent = 50;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "The begin of the window, such as 2026-11-24T12:30:00Z; that of the logs unless given.")
  private Optional<Instant> from = Optional.empty();

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description =
          "Its planned end; that of the logs unless given. Before it there is no verdict.")
  private Optional<Instant> until = Optional.empty();

  @Option(
      names = "--window",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "The window's length, such as 30m, in place of --from or --until.")
  private Optional<Duration> window = Optional.empty();

  @Option(
      names = "--looks",
      paramLabel = "N",
      description =
          "How often the result may be looked at until the end, at even distances; the intervals"
              + " are widened for it. 1 unless given.")
  private int looks = 1;

  @Option(
      names = "--settle",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "How long after a start, a toggle or a new table a host's calls are left out; 60s unless"
              + " given.")
  private Duration settle = ComparisonPlan.DEFAULT_SETTLE;

  @Option(
      names = "--block",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "The length of a switchback's blocks; 5m unless given.")
  private Duration block = ComparisonPlan.DEFAULT_BLOCK;

  @Option(
      names = "--margin",
      paramLabel = "MARGIN",
      description = {
        "What counts as worse, fixed before; once for each: p95=10%%,2ms (too slow beyond both),",
        "errors=0.05%% (points more than local), local=1%% (of the network arm served locally).",
        "Unless given: p50=10%%,1ms p95=10%%,2ms p99=20%%,10ms errors=0.05%% local=1%%. Any quantile",
        "given takes the place of all of these; p95, or else the first given, decides on BETTER."
      })
  private List<String> margins = List.of();

  @Option(
      names = "--replicates",
      paramLabel = "N",
      description = "Of the bootstrap; 500 unless given, at least 200.")
  private int replicates = ComparisonPlan.DEFAULT_REPLICATES;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Of the bootstrap; 1 unless given. The same logs and seed give the same report.")
  private long seed = 1;

  /**
   * The plan, over the window that was asked for.
   *
   * @throws CommandException if the options make none
   */
  ComparisonPlan plan(TimingData data) {
    Instant begin = data.begin();
    Instant end = data.end();
    if (window.isPresent() && from.isPresent() && until.isPresent()) {
      throw CommandException.usage("--from, --until and --window together (expected: two of them)");
    }
    Instant planned = until.orElseGet(() -> from.flatMap(at -> window.map(at::plus)).orElse(end));
    Instant started = from.orElseGet(() -> window.map(planned::minus).orElse(begin));
    return over(started, planned, data);
  }

  /** The same plan over the whole of other logs. */
  ComparisonPlan planOver(TimingData data) {
    return over(data.begin(), data.end(), data).withLooks(1);
  }

  private ComparisonPlan over(Instant begin, Instant end, TimingData data) {
    try {
      return new ComparisonPlan(
          design,
          percent,
          begin,
          end,
          looks,
          data.slotLength(),
          settle,
          block,
          MarginOptions.parse(margins),
          replicates,
          seed);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }
}
