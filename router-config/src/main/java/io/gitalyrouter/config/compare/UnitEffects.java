package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Route;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Effects of a design with few units: the quantile of every host, or of both blocks of every pair,
 * is one value, and the interval follows from how these values differ among each other. However
 * many calls a host serves, it stays one host. <em>Immutable.</em>
 */
final class UnitEffects extends EffectEstimator {
  private static final int MIN_UNITS = 4;

  private final ComparisonPlan plan;
  private final Assigned assigned;
  private final Sample sample;

  UnitEffects(ComparisonPlan plan, Assigned assigned, Sample sample) {
    this.plan = plan;
    this.assigned = assigned;
    this.sample = sample;
  }

  private boolean isPaired() {
    return plan.design() == Design.SWITCHBACK;
  }

  @Override
  String obstacle() {
    List<Integer> local = units(Route.LOCAL);
    List<Integer> network = units(Route.NETWORK);
    if (isPaired()) {
      return local.size() >= MIN_UNITS
          ? ""
          : "needs " + MIN_UNITS + " pairs of blocks, has " + local.size();
    }
    boolean enough =
        !local.isEmpty() && !network.isEmpty() && local.size() + network.size() >= MIN_UNITS;
    return enough
        ? ""
        : "needs "
            + MIN_UNITS
            + " hosts, some in each arm; has "
            + local.size()
            + " local and "
            + network.size()
            + " network";
  }

  private List<Integer> units(Route arm) {
    return assigned.slots().stream()
        .filter(slot -> slot.arm() == arm)
        .map(Assigned.Slot::cluster)
        .distinct()
        .sorted()
        .toList();
  }

  @Override
  long fewest(Strata strata, int group) {
    List<Integer> members = strata.groups().get(group).strata();
    long[][] calls = new long[2][assigned.clusters().size()];
    for (Assigned.Slot slot : assigned.slots()) {
      if (members.contains(strata.of(slot.counts().key()))) {
        calls[Sample.arm(slot.arm())][slot.cluster()] += slot.counts().counts().calls();
      }
    }
    long fewest = Long.MAX_VALUE;
    for (Route arm : Route.values()) {
      for (int unit : units(arm)) {
        fewest = Math.min(fewest, calls[Sample.arm(arm)][unit]);
      }
    }
    return fewest;
  }

  @Override
  String cell() {
    return isPaired() ? "each block" : "each host";
  }

  @Override
  Found[][] estimate(int groups) {
    List<double[][]> local = quantiles(Route.LOCAL);
    List<double[][]> network = quantiles(Route.NETWORK);
    Found[][] found = new Found[groups][QUANTILES.length];
    for (int group = 0; group < groups; group++) {
      for (int i = 0; i < QUANTILES.length; i++) {
        found[group][i] = found(at(local, group, i), at(network, group, i));
      }
    }
    return found;
  }

  private List<double[][]> quantiles(Route arm) {
    List<double[][]> quantiles = new ArrayList<>();
    for (int unit : units(arm)) {
      double[] alone = new double[assigned.clusters().size()];
      alone[unit] = 1;
      quantiles.add(sample.quantiles(Sample.arm(arm), alone, QUANTILES));
    }
    return quantiles;
  }

  private static double[] at(List<double[][]> units, int group, int quantile) {
    return units.stream().mapToDouble(unit -> unit[group][quantile]).toArray();
  }

  private Found found(double[] local, double[] network) {
    Uncertainty uncertainty = new Uncertainty(plan.confidence());
    double[] logLocal = Arrays.stream(local).map(Math::log).toArray();
    double[] logNetwork = Arrays.stream(network).map(Math::log).toArray();
    return new Found(
        Arrays.stream(local).average().orElse(Double.NaN),
        Arrays.stream(network).average().orElse(Double.NaN),
        isPaired()
            ? uncertainty.mean(minus(network, local))
            : uncertainty.differenceOfMeans(network, local),
        isPaired()
            ? uncertainty.mean(minus(logNetwork, logLocal))
            : uncertainty.differenceOfMeans(logNetwork, logLocal));
  }

  private static double[] minus(double[] of, double[] from) {
    double[] difference = new double[of.length];
    Arrays.setAll(difference, i -> of[i] - from[i]);
    return difference;
  }
}
