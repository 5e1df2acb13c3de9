package io.gitalyrouter.config.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Compares the two routes. Pure: the same plan and data give the same report. <em>Immutable.</em>
 */
public final class Comparison {
  private final ComparisonPlan plan;
  private final TimingData data;
  private final Window window;
  private final Selection selection;
  private final Assigned assigned;
  private final Strata strata;

  private Comparison(ComparisonPlan plan, TimingData data) {
    this.plan = plan;
    this.data = data;
    this.window = Window.of(plan, data);
    this.selection = Selection.of(plan, data, window);
    this.assigned = Assigned.of(plan, selection.slots());
    this.strata = Strata.of(plan, assigned);
  }

  /** Compares without an A/A run; the report says so. */
  public static CompareReport of(ComparisonPlan plan, TimingData data) {
    return of(plan, data, Optional.empty());
  }

  /**
   * Compares.
   *
   * @param rehearsal the report of an A/A run, in which both arms were served alike: if it found a
   *     difference, there is no verdict
   */
  public static CompareReport of(
      ComparisonPlan plan, TimingData data, Optional<CompareReport> rehearsal) {
    return new Comparison(plan, data).report(rehearsal);
  }

  private CompareReport report(Optional<CompareReport> rehearsal) {
    List<GroupEffects> groups =
        sorted(EffectEstimator.of(plan, assigned, Sample.of(strata, assigned)).effects(strata));
    Rates rates = new Rates(plan, assigned);
    RateEffect errors = rates.errors();
    RateEffect fallbacks = rates.fallbacks();
    List<SanityCheck> checks =
        new ArrayList<>(new DataChecks(plan, data, window, selection).all(strata, rehearsal));
    checks.addAll(new BalanceChecks(plan, assigned, strata).all());
    Judgement judgement = Judgement.of(plan.margins(), groups.get(0), errors, fallbacks);
    List<String> because = because(checks);
    return new CompareReport(
        plan,
        window,
        because.isEmpty() ? judgement.verdict() : Verdict.INCONCLUSIVE,
        because,
        judgement.findings(),
        checks,
        groups,
        hosts(),
        errors,
        fallbacks,
        rates.codes(),
        ServedBy.of(assigned),
        FallbackMoment.of(window, selection.slots()),
        selection.marks(),
        leftOut(),
        data.sources());
  }

  private List<String> because(List<SanityCheck> checks) {
    List<String> because = new ArrayList<>();
    if (window.isEmpty()) {
      because.add(
          "the first of "
              + plan.looks()
              + " planned looks is not reached; to look earlier would be to choose the moment by"
              + " the result");
    }
    checks.stream()
        .filter(SanityCheck::isFailed)
        .forEach(check -> because.add(check.name() + ": " + check.detail()));
    return because;
  }

  private Map<String, Long> leftOut() {
    Map<String, Long> leftOut = new TreeMap<>(selection.leftOut());
    if (assigned.dropped() > 0) {
      leftOut.put("in a block without a partner", assigned.dropped());
    }
    return leftOut;
  }

  /** All calls first, then storages, then methods by how much slower they may be at worst. */
  private List<GroupEffects> sorted(List<GroupEffects> groups) {
    Comparator<GroupEffects> worst =
        Comparator.comparing(
            group ->
                -group
                    .at(plan.margins().primary())
                    .map(found -> found.ratio().lower())
                    .orElse(0.0));
    List<GroupEffects> sorted = new ArrayList<>();
    for (String kind : List.of("all", "storage", "method")) {
      groups.stream().filter(group -> group.kind().equals(kind)).sorted(worst).forEach(sorted::add);
    }
    return sorted;
  }

  private List<GroupEffects> hosts() {
    Map<String, List<SlotCounts>> byHost =
        selection.slots().stream()
            .collect(
                Collectors.groupingBy(
                    slot -> slot.key().host(), TreeMap::new, Collectors.toList()));
    List<GroupEffects> hosts = new ArrayList<>();
    if (plan.design().isInterleaved() && byHost.size() > 1) {
      byHost.forEach(
          (host, slots) -> {
            Assigned alone = Assigned.of(plan, slots);
            Strata own = Strata.of(plan, alone);
            GroupEffects all =
                EffectEstimator.of(plan, alone, Sample.of(own, alone)).effects(own).get(0);
            hosts.add(
                new GroupEffects(
                    "host", host, all.localCalls(), all.networkCalls(), all.quantiles()));
          });
    }
    return hosts;
  }
}
