package io.gitalyrouter.config.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The verdict, by the margins of the plan. It follows from intervals alone: an interval that lies
 * across a margin says nothing, and a difference that is "not significant" is never called none.
 * <em>Immutable.</em>
 */
record Judgement(Verdict verdict, List<Finding> findings) {

  static Judgement of(
      Margins margins, GroupEffects overall, RateEffect errors, RateEffect fallbacks) {
    List<Finding> findings = new ArrayList<>();
    for (LatencyMargin margin : margins.latency()) {
      findings.add(latency(margin, overall));
    }
    findings.add(
        rate(
            "failed calls",
            errors.difference(),
            margins.errorRate(),
            "of the calls more than local"));
    findings.add(
        rate(
            "served locally",
            fallbacks.difference(),
            margins.fallbackRate(),
            "of the network arm"));
    return new Judgement(overall(margins, overall, findings), List.copyOf(findings));
  }

  private static Verdict overall(Margins margins, GroupEffects effects, List<Finding> findings) {
    if (any(findings, Verdict.WORSE)) {
      return Verdict.WORSE;
    }
    if (any(findings, Verdict.INCONCLUSIVE)) {
      return Verdict.INCONCLUSIVE;
    }
    return effects.at(margins.primary()).map(Judgement::isFaster).orElse(false)
        ? Verdict.BETTER
        : Verdict.NO_WORSE;
  }

  private static boolean any(List<Finding> findings, Verdict verdict) {
    return findings.stream().anyMatch(finding -> finding.verdict() == verdict);
  }

  private static boolean isFaster(QuantileEffect.Estimate estimate) {
    return estimate.ratio().upper() < 1 && estimate.differenceMillis().upper() < 0;
  }

  private static Finding latency(LatencyMargin margin, GroupEffects overall) {
    QuantileEffect effect =
        overall.quantiles().stream()
            .filter(found -> found.quantile() == margin.quantile())
            .findFirst()
            .orElseGet(
                () -> QuantileEffect.refused(margin.quantile(), "is not among the quantiles"));
    Optional<QuantileEffect.Estimate> found = effect.estimate();
    if (found.isEmpty()) {
      return new Finding(effect.label(), Verdict.INCONCLUSIVE, effect.refused());
    }
    QuantileEffect.Estimate estimate = found.get();
    double absolute = margin.absolute().toNanos() / 1e6;
    double relative = 1 + margin.relative();
    Verdict verdict = Verdict.INCONCLUSIVE;
    if (isFaster(estimate)) {
      verdict = Verdict.BETTER;
    } else if (estimate.ratio().upper() < relative
        || estimate.differenceMillis().upper() < absolute) {
      verdict = Verdict.NO_WORSE;
    } else if (estimate.ratio().lower() > relative
        && estimate.differenceMillis().lower() > absolute) {
      verdict = Verdict.WORSE;
    }
    return new Finding(
        effect.label(),
        verdict,
        String.format(
            Locale.ROOT,
            "ratio %.3f to %.3f, difference %.3f to %.3f ms; too slow beyond %.2f and %.2f ms",
            estimate.ratio().lower(),
            estimate.ratio().upper(),
            estimate.differenceMillis().lower(),
            estimate.differenceMillis().upper(),
            relative,
            absolute));
  }

  private static Finding rate(String what, Interval interval, double margin, String of) {
    Verdict verdict =
        interval.upper() <= margin
            ? Verdict.NO_WORSE
            : interval.lower() > margin ? Verdict.WORSE : Verdict.INCONCLUSIVE;
    return new Finding(
        what,
        verdict,
        String.format(
            Locale.ROOT,
            "%.4f %% to %.4f %% %s; too many beyond %.4f %%",
            100 * interval.lower(),
            100 * interval.upper(),
            of,
            100 * margin));
  }
}
