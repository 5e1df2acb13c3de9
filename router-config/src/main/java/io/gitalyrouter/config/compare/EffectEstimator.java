package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Estimates the effects of a design. <em>Immutable.</em> */
abstract sealed class EffectEstimator permits BootstrapEffects, UnitEffects {
  /** The quantiles of a report. */
  static final double[] QUANTILES = {0.5, 0.9, 0.95, 0.99, 0.999};

  private static final double NANOS_PER_MILLI = 1e6;

  /** The calls that must lie beyond a quantile before it is named. */
  private static final double MIN_BEYOND = 10;

  private static final long MIN_CALLS = 100;

  /** Local and network quantile of a group, with its two intervals; durations in nanoseconds. */
  record Found(double local, double network, Interval difference, Interval logRatio) {}

  static EffectEstimator of(ComparisonPlan plan, Assigned assigned, Sample sample) {
    return plan.design().isInterleaved()
        ? new BootstrapEffects(plan, assigned.clusters().size(), sample)
        : new UnitEffects(plan, assigned, sample);
  }

  /** Why nothing at all can be said, and what is needed; empty if something can. */
  abstract String obstacle();

  /** The fewest calls of a group in any cell that a quantile rests on. */
  abstract long fewest(Strata strata, int group);

  /** By group, then quantile. Asked only if there is no obstacle. */
  abstract Found[][] estimate(int groups);

  /** The effects of all groups. */
  final List<GroupEffects> effects(Strata strata) {
    List<GroupEffects> effects = new ArrayList<>();
    String obstacle = obstacle();
    int count = strata.groups().size();
    Found[][] found = obstacle.isEmpty() ? estimate(count) : new Found[count][];
    for (int group = 0; group < count; group++) {
      List<QuantileEffect> quantiles = new ArrayList<>();
      for (int i = 0; i < QUANTILES.length; i++) {
        String refused =
            obstacle.isEmpty() ? refused(QUANTILES[i], fewest(strata, group)) : obstacle;
        quantiles.add(
            refused.isEmpty()
                ? effect(QUANTILES[i], found[group][i])
                : QuantileEffect.refused(QUANTILES[i], refused));
      }
      Strata.Group named = strata.groups().get(group);
      effects.add(
          new GroupEffects(
              named.kind(),
              named.name(),
              strata.calls(named, Route.LOCAL),
              strata.calls(named, Route.NETWORK),
              quantiles));
    }
    return effects;
  }

  static long needed(double quantile) {
    return Math.max(MIN_CALLS, Math.round(MIN_BEYOND / (1 - quantile)));
  }

  private String refused(double quantile, long fewest) {
    long needed = needed(quantile);
    return fewest >= needed ? "" : "needs " + needed + " calls in " + cell() + ", has " + fewest;
  }

  /** What a cell is, in words. */
  abstract String cell();

  private static QuantileEffect effect(double quantile, Found found) {
    if (!Double.isFinite(found.logRatio().upper()) || !Double.isFinite(found.logRatio().lower())) {
      return QuantileEffect.refused(quantile, "the data do not vary enough to say how sure it is");
    }
    Interval difference = found.difference();
    return new QuantileEffect(
        quantile,
        Optional.of(
            new QuantileEffect.Estimate(
                found.local() / NANOS_PER_MILLI,
                found.network() / NANOS_PER_MILLI,
                new Interval(
                    difference.estimate() / NANOS_PER_MILLI,
                    difference.lower() / NANOS_PER_MILLI,
                    difference.upper() / NANOS_PER_MILLI),
                found.logRatio().exp())),
        "");
  }
}
