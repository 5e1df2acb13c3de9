package io.gitalyrouter.config.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.route.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * The ways in which a comparison of routes goes wrong when it is done by eye. Each test first shows
 * that the trap is there, in numbers that the naive reading would use, and then that the report
 * does not fall in.
 */
final class TrapsTest {
  private static final int RUNS = Integer.getInteger("compare.runs", 12);
  private static final boolean FULL = RUNS >= 200;
  private static final double P50 = 0.5;
  private static final double P95 = 0.95;
  private static final double P99 = 0.99;

  private static double ratio(CompareReport report, double quantile) {
    return report.overall().at(quantile).orElseThrow().ratio().estimate();
  }

  private static double raw(CompareReport report, Route arm, Route served, int quantile) {
    return report.servedBy().stream()
        .filter(row -> row.arm() == arm && row.served() == served)
        .findFirst()
        .orElseThrow()
        .quantilesMillis()
        .get(quantile);
  }

  @Test
  void more_slow_methods_in_one_arm_do_not_make_its_route_slow() {
    SyntheticLog log = new SyntheticLog(Design.HOST, 7);
    log.hosts = 10;
    log.treated = 5;
    log.slots = 60;
    log.callsPerSlot = 120;
    log.hostSpread = 0.01;
    log.factor = 0.9;
    log.localSlowShare = 0.2;
    log.networkSlowShare = 0.5;
    CompareReport report = Comparison.of(log.plan(), log.data());

    assertThat(raw(report, Route.NETWORK, Route.NETWORK, 0))
        .as("pooled, the faster route looks much slower")
        .isGreaterThan(1.3 * raw(report, Route.LOCAL, Route.LOCAL, 0));
    assertThat(ratio(report, P50)).isBetween(0.85, 0.95);
    assertThat(ratio(report, P95)).isBetween(0.85, 0.95);
    assertThat(report.verdict()).isEqualTo(Verdict.BETTER);
    assertThat(report.check("balance").orElseThrow().result()).isEqualTo(SanityCheck.Result.NOTED);
  }

  @Test
  void fallbacks_count_in_the_arm_that_caused_them() {
    SyntheticLog log = new SyntheticLog(Design.RPC, 7);
    log.tripped = 0.05;
    log.callsPerSlot = 200;
    CompareReport report = Comparison.of(log.plan(), log.data());

    assertThat(raw(report, Route.NETWORK, Route.NETWORK, 3))
        .as("what the network side served itself looks harmless at p99")
        .isLessThan(1.1 * raw(report, Route.LOCAL, Route.LOCAL, 3));
    assertThat(ratio(report, P99)).isGreaterThan(3);
    assertThat(report.fallbacks().difference().estimate()).isGreaterThan(0.01);
    assertThat(report.verdict()).isEqualTo(Verdict.WORSE);
  }

  @Test
  void looking_often_finds_no_effect_that_is_not_there() {
    int looks = 10;
    int runs = FULL ? 200 : 8;
    int naive = 0;
    int planned = 0;
    int verdicts = 0;
    for (int run = 0; run < runs; run++) {
      SyntheticLog log = new SyntheticLog(Design.RPC, 5_000 + run);
      log.callsPerSlot = 30;
      TimingData all = log.data();
      ComparisonPlan plan = log.plan().withBootstrap(200, run);
      boolean naiveFound = false;
      boolean plannedFound = false;
      boolean decided = false;
      for (int look = 2; look <= looks; look++) {
        Instant now = SyntheticLog.FROM.plusSeconds(180L * look);
        TimingData soFar = until(all, now);
        naiveFound |= excludesOne(Comparison.of(plan.withWindow(plan.from(), now), soFar));
        CompareReport report = Comparison.of(plan.withLooks(looks), soFar);
        assertThat(report.window().look()).isEqualTo(look);
        plannedFound |= excludesOne(report);
        decided |= report.verdict() == Verdict.WORSE || report.verdict() == Verdict.BETTER;
      }
      naive += naiveFound ? 1 : 0;
      planned += plannedFound ? 1 : 0;
      verdicts += decided ? 1 : 0;
    }
    told(
        "peeking: of "
            + runs
            + " runs, a 95 % interval missed at some look in "
            + naive
            + ", the plan's in "
            + planned
            + ", verdicts in "
            + verdicts);
    if (FULL) {
      assertThat(naive).isGreaterThan(runs / 10);
    }
    assertThat(planned).isLessThanOrEqualTo(Math.max(1, runs / 20));
    assertThat(verdicts).isLessThanOrEqualTo(Math.max(1, runs / 20));
  }

  @Test
  void looking_before_the_end_or_between_looks_says_nothing_new() {
    SyntheticLog log = new SyntheticLog(Design.RPC, 7);
    log.factor = 2;
    TimingData all = log.data();
    TimingData early = until(all, SyntheticLog.FROM.plusSeconds(1_500));
    CompareReport unplanned = Comparison.of(log.plan(), early);
    assertThat(unplanned.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(unplanned.because()).singleElement().asString().contains("not reached");

    ComparisonPlan two = log.plan().withLooks(2);
    CompareReport half = Comparison.of(two, until(all, SyntheticLog.FROM.plusSeconds(900)));
    CompareReport later = Comparison.of(two, early);
    assertThat(later.groups()).isEqualTo(half.groups());
    assertThat(later.verdict()).isEqualTo(Verdict.WORSE);
  }

  @Test
  void one_host_against_nine_is_one_host() {
    int naive = 0;
    int honest = 0;
    int verdicts = 0;
    for (int run = 0; run < RUNS; run++) {
      SyntheticLog log = new SyntheticLog(Design.HOST, 9_000 + run);
      log.hosts = 10;
      log.treated = 1;
      log.slots = 60;
      log.callsPerSlot = 40;
      TimingData data = log.data();
      CompareReport report = Comparison.of(log.plan().withBootstrap(200, run), data);
      honest += excludesOne(report) ? 1 : 0;
      verdicts += report.verdict() == Verdict.WORSE || report.verdict() == Verdict.BETTER ? 1 : 0;
      naive += asIfCallsWereIndependent(log, data) ? 1 : 0;
    }
    told(
        "one host against nine: of "
            + RUNS
            + " runs, the naive interval missed in "
            + naive
            + ", the report's in "
            + honest
            + ", verdicts in "
            + verdicts);
    assertThat(naive).isGreaterThan(RUNS / 3);
    assertThat(honest).isLessThanOrEqualTo(Math.max(2, RUNS * 7 / 100));
    assertThat(verdicts).isLessThanOrEqualTo(Math.max(1, RUNS / 20));
  }

  /** The same numbers read as if the role had drawn the calls. */
  private static boolean asIfCallsWereIndependent(SyntheticLog log, TimingData data) {
    ComparisonPlan plan = log.plan();
    Assigned assigned =
        Assigned.of(
            ComparisonPlan.of(Design.RPC, plan.from(), plan.until()).withBootstrap(200, 1),
            data.slots());
    Strata strata = Strata.of(ComparisonPlan.of(Design.RPC, plan.from(), plan.until()), assigned);
    return !new BootstrapEffects(
            plan.withBootstrap(200, 1), assigned.clusters().size(), Sample.of(strata, assigned))
        .effects(strata)
        .get(0)
        .at(P50)
        .orElseThrow()
        .ratio()
        .contains(1);
  }

  private static boolean excludesOne(CompareReport report) {
    return report.overall().at(P50).map(found -> !found.ratio().contains(1)).orElse(false);
  }

  private static TimingData until(TimingData all, Instant end) {
    List<SlotCounts> some =
        all.slots().stream()
            .filter(slot -> slot.startMillis() < end.toEpochMilli() - 1_000)
            .toList();
    return new TimingData(some, List.of(), List.of(), 0);
  }

  private static void told(String what) {
    Logger.getLogger(TrapsTest.class.getName()).info(what);
  }

  @Test
  void a_host_design_without_enough_hosts_says_what_it_needs() {
    SyntheticLog log = new SyntheticLog(Design.HOST, 7);
    log.hosts = 3;
    log.treated = 1;
    log.slots = 60;
    log.factor = 3;
    CompareReport report = Comparison.of(log.plan(), log.data());
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.overall().quantiles())
        .extracting(QuantileEffect::refused)
        .containsOnly("needs 4 hosts, some in each arm; has 2 local and 1 network");
  }

  @Test
  void quantiles_with_too_few_calls_are_refused_with_the_number_that_is_needed() {
    SyntheticLog log = new SyntheticLog(Design.RPC, 7);
    log.callsPerSlot = 8;
    CompareReport report = Comparison.of(log.plan(), log.data());
    assertThat(report.overall().at(P95)).isPresent();
    assertThat(report.overall().at(P99)).isEmpty();
    assertThat(report.overall().quantiles().get(3).refused())
        .startsWith("needs 1000 calls in each arm, has ");
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
  }

  @Test
  void a_share_that_was_not_planned_forbids_a_verdict() {
    SyntheticLog log = new SyntheticLog(Design.RPC, 7);
    log.percent = 45;
    log.callsPerSlot = 120;
    CompareReport report = Comparison.of(log.plan(), log.data());
    assertThat(report.check("sample ratio").orElseThrow().isFailed()).isTrue();
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(Comparison.of(log.plan().withPercent(45), log.data()).because()).isEmpty();
  }

  @Test
  void a_method_that_leans_to_one_arm_forbids_a_verdict() {
    SyntheticLog log = new SyntheticLog(Design.RPC, 7);
    log.networkSlowShare = 0.35;
    log.callsPerSlot = 120;
    CompareReport report = Comparison.of(log.plan(), log.data());
    assertThat(report.check("balance").orElseThrow().isFailed()).isTrue();
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
  }

  @Test
  void an_a_a_run_with_a_difference_forbids_a_verdict() {
    SyntheticLog rehearsal = new SyntheticLog(Design.RPC, 8);
    rehearsal.factor = 1.2;
    SyntheticLog log = new SyntheticLog(Design.RPC, 7);
    CompareReport aa = Comparison.of(rehearsal.plan(), rehearsal.data());
    CompareReport report = Comparison.of(log.plan(), log.data(), java.util.Optional.of(aa));
    assertThat(report.check("A/A run").orElseThrow().isFailed()).isTrue();
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
  }

  @Test
  void calls_that_fail_fast_do_not_make_a_route_better() {
    SyntheticLog log = new SyntheticLog(Design.RPC, 7);
    log.factor = 0.5;
    log.failing = 0.02;
    CompareReport report = Comparison.of(log.plan(), log.data());
    assertThat(ratio(report, P95)).isLessThan(0.6);
    assertThat(report.errors().difference().lower()).isGreaterThan(0.0005);
    assertThat(report.verdict()).isEqualTo(Verdict.WORSE);
  }

  @Test
  void verdict_follows_from_intervals_and_margins_alone() {
    SyntheticLog log = new SyntheticLog(Design.RPC, 7);
    log.callsPerSlot = 400;
    log.factor = 1.05;
    ComparisonPlan plan = log.plan();
    TimingData data = log.data();
    assertThat(Comparison.of(plan.withMargins(margins(0.10)), data).verdict())
        .isEqualTo(Verdict.NO_WORSE);
    assertThat(Comparison.of(plan.withMargins(margins(0.01)), data).verdict())
        .isEqualTo(Verdict.WORSE);
    assertThat(Comparison.of(plan.withMargins(margins(0.05)), data).verdict())
        .isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(
            Comparison.of(
                    plan.withMargins(
                        new Margins(
                            List.of(new LatencyMargin(P95, 0.01, Duration.ofSeconds(1))),
                            P95,
                            0.001,
                            0.01)),
                    data)
                .verdict())
        .as("more than one percent slower, but by less than a second")
        .isEqualTo(Verdict.NO_WORSE);
  }

  private static Margins margins(double relative) {
    return new Margins(List.of(new LatencyMargin(P95, relative, Duration.ZERO)), P95, 0.001, 0.01);
  }
}
