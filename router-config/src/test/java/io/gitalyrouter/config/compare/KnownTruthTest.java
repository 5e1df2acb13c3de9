package io.gitalyrouter.config.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The report against data whose truth is known. The numbers of {@code docs/compare.md} are those of
 * {@code -Dcompare.runs=400}; by default there are fewer runs, and limits of the coverage that are
 * wider by what chance does to so many.
 */
final class KnownTruthTest {
  private static final int RUNS = Integer.getInteger("compare.runs", 200);
  private static final boolean FULL = RUNS >= 400;

  /** An effect changes nothing of how the intervals are made; these runs take as long. */
  private static final int RUNS_WITH_EFFECT = FULL ? RUNS : RUNS / 10;

  private static final double[] COVERED = {0.5, 0.95, 0.99};

  /** What came out of many runs. */
  private static final class Tally {
    int runs;
    int decided;
    int worse;
    int excludesOne;
    int aaFailed;
    final Map<Double, Integer> covered = new TreeMap<>();

    synchronized void add(CompareReport report, double factor) {
      runs++;
      worse += report.verdict() == Verdict.WORSE ? 1 : 0;
      decided += report.verdict() == Verdict.WORSE || report.verdict() == Verdict.BETTER ? 1 : 0;
      for (double quantile : COVERED) {
        boolean covers =
            report
                .overall()
                .at(quantile)
                .map(found -> found.ratio().contains(factor))
                .orElse(false);
        covered.merge(quantile, covers ? 1 : 0, Integer::sum);
      }
      excludesOne +=
          report.overall().at(0.5).map(found -> !found.ratio().contains(1)).orElse(false) ? 1 : 0;
      boolean failed = DataChecks.rehearsal(Optional.of(report)).isFailed();
      aaFailed += failed ? 1 : 0;
    }

    double share(int count) {
      return count / (double) runs;
    }

    @Override
    public String toString() {
      return runs
          + " runs: better or worse "
          + decided
          + ", worse "
          + worse
          + ", covered "
          + covered
          + ", p50 excludes 1 "
          + excludesOne
          + ", A/A failed "
          + aaFailed;
    }
  }

  private static Tally tally(
      Design design,
      int runs,
      Consumer<SyntheticLog> shape,
      UnaryOperator<ComparisonPlan> planned) {
    Tally tally = new Tally();
    IntStream.range(0, runs)
        .parallel()
        .forEach(
            run -> {
              SyntheticLog log = new SyntheticLog(design, 1_000 + run);
              shape(design, log);
              shape.accept(log);
              tally.add(Comparison.of(planned.apply(log.plan()), log.data()), log.factor);
            });
    return tally;
  }

  /** Enough calls in every cell for p99. */
  private static void shape(Design design, SyntheticLog log) {
    if (design == Design.HOST) {
      log.hosts = 10;
      log.treated = 5;
      log.slots = 60;
      log.callsPerSlot = 40;
    } else if (design == Design.SWITCHBACK) {
      log.hosts = 2;
      log.slots = 480;
      log.callsPerSlot = 30;
    }
  }

  @ParameterizedTest
  @EnumSource(Design.class)
  void without_an_effect_there_is_no_verdict_of_one(Design design) {
    Tally tally = tally(design, RUNS, log -> {}, plan -> plan);
    told(design + " without effect", tally);
    assertThat(tally.share(tally.decided)).isLessThanOrEqualTo(0.05);
    assertThat(tally.share(tally.aaFailed)).as("an A/A run").isLessThanOrEqualTo(0.05);
    assertCovers(tally);
  }

  @ParameterizedTest
  @EnumSource(Design.class)
  void intervals_contain_the_true_effect(Design design) {
    Tally tally = tally(design, RUNS_WITH_EFFECT, log -> log.factor = 1.1, plan -> plan);
    told(design + " 10 % slower", tally);
    assertCovers(tally);
  }

  /** Within 93-97 %, or what three standard errors of fewer runs make of it. */
  private static void assertCovers(Tally tally) {
    double chance = FULL ? 0 : 3 * Math.sqrt(0.95 * 0.05 / tally.runs) - 0.02;
    tally.covered.forEach(
        (quantile, covered) ->
            assertThat(tally.share(covered))
                .as("coverage at %s", quantile)
                .isBetween(0.93 - chance, Math.min(1, 0.97 + chance)));
  }

  @Test
  void true_regression_of_ten_percent_at_p95_is_found_in_100_000_calls_an_arm() {
    Margins five =
        new Margins(
            List.of(new LatencyMargin(0.95, 0.05, Duration.ofNanos(100_000))), 0.95, 0.0005, 0.01);
    Tally tally =
        tally(
            Design.RPC,
            FULL ? 200 : 10,
            log -> {
              log.callsPerSlot = 1_112;
              log.factor = 1.1;
            },
            plan -> plan.withMargins(five));
    told("regression, margin 5 %", tally);
    assertThat(tally.share(tally.worse)).isGreaterThanOrEqualTo(0.9);
  }

  static void told(String what, Tally tally) {
    java.util.logging.Logger.getLogger(KnownTruthTest.class.getName()).info(what + ": " + tally);
  }
}
