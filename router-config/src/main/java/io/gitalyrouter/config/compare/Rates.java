package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.timing.TimingKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Shares of calls, with intervals that are the wider of two: as if calls were independent, which
 * holds for the rare and the absent, and as the clusters differ, which holds for bursts.
 * <em>Immutable.</em>
 */
final class Rates {
  /** What an application answers on either side; none of it says that a side is sick. */
  private static final Set<String> ANSWERS =
      Set.of(
          "OK",
          "CANCELLED",
          "NOT_FOUND",
          "ALREADY_EXISTS",
          "INVALID_ARGUMENT",
          "FAILED_PRECONDITION",
          "OUT_OF_RANGE",
          "ABORTED");

  private final ComparisonPlan plan;
  private final Assigned assigned;
  private final Uncertainty uncertainty;

  Rates(ComparisonPlan plan, Assigned assigned) {
    this.plan = plan;
    this.assigned = assigned;
    this.uncertainty = new Uncertainty(plan.confidence());
  }

  /** Calls that failed for their caller. */
  RateEffect errors() {
    return rate("failed calls", key -> !isAnswer(key));
  }

  /** Whether a call ended with what an application answers. */
  static boolean isAnswer(TimingKey key) {
    return ANSWERS.contains(key.outcome());
  }

  /** Every status, the most frequent differences last to the reader's own judgement. */
  List<RateEffect> codes() {
    Set<String> codes = new TreeSet<>();
    assigned.slots().forEach(slot -> codes.add(slot.counts().key().outcome()));
    List<RateEffect> rates = new ArrayList<>();
    for (String code : codes) {
      rates.add(rate(code, key -> key.outcome().equals(code)));
    }
    return rates;
  }

  /**
   * The share of calls meant for the network side that were served locally; calls that may never go
   * there count in neither number.
   */
  RateEffect fallbacks() {
    Tally tally = tally(Rates::mayFallBack, key -> key.served() == Route.LOCAL);
    Interval share = uncertainty.share(tally.count(1), tally.calls(1));
    int used = tally.used(1);
    if (used >= 2) {
      double variance = 0;
      for (int cluster = 0; cluster < tally.size(); cluster++) {
        variance += Math.pow(tally.residual(1, cluster), 2);
      }
      share = share.widenedBy(around(share.estimate(), variance, used));
    }
    return new RateEffect(
        "served locally", 0, 0, (long) tally.count(1), (long) tally.calls(1), share);
  }

  /** Whether a call was meant for the network side, and no rule of its own keeps it local. */
  static boolean mayFallBack(TimingKey key) {
    return key.arm() == Route.NETWORK
        && key.reason() != Reason.PINNED
        && key.reason() != Reason.STICKY;
  }

  private RateEffect rate(String name, Predicate<TimingKey> counted) {
    Tally tally = tally(key -> true, counted);
    Interval independent =
        uncertainty.differenceOfShares(
            uncertainty.share(tally.count(1), tally.calls(1)),
            uncertainty.share(tally.count(0), tally.calls(0)));
    return new RateEffect(
        name,
        (long) tally.count(0),
        (long) tally.calls(0),
        (long) tally.count(1),
        (long) tally.calls(1),
        clustered(tally, independent));
  }

  private Interval clustered(Tally tally, Interval independent) {
    if (plan.design() == Design.HOST) {
      double[] network = tally.shares(1);
      double[] local = tally.shares(0);
      return network.length == 0 || local.length == 0 || network.length + local.length < 3
          ? independent
          : independent.widenedBy(uncertainty.differenceOfMeans(network, local));
    }
    if (tally.size() < 2) {
      return independent;
    }
    double variance = 0;
    for (int cluster = 0; cluster < tally.size(); cluster++) {
      variance += Math.pow(tally.residual(1, cluster) - tally.residual(0, cluster), 2);
    }
    return independent.widenedBy(around(independent.estimate(), variance, tally.size()));
  }

  private Interval around(double estimate, double variance, int clusters) {
    return Interval.around(
        estimate,
        uncertainty.standardErrors(clusters - 1)
            * Math.sqrt(variance * clusters / (clusters - 1.0)));
  }

  private Tally tally(Predicate<TimingKey> of, Predicate<TimingKey> counted) {
    int clusters = assigned.clusters().size();
    Tally tally = new Tally(new double[2][clusters], new double[2][clusters]);
    for (Assigned.Slot slot : assigned.slots()) {
      TimingKey key = slot.counts().key();
      if (of.test(key)) {
        int arm = Sample.arm(slot.arm());
        double calls = slot.counts().counts().calls();
        tally.all()[arm][slot.cluster()] += calls;
        tally.some()[arm][slot.cluster()] += counted.test(key) ? calls : 0;
      }
    }
    return tally;
  }

  /** Calls, and those that are counted, by arm and cluster. */
  private static final class Tally {
    private final double[][] all;
    private final double[][] some;

    Tally(double[][] all, double[][] some) {
      this.all = all;
      this.some = some;
    }

    double[][] all() {
      return all;
    }

    double[][] some() {
      return some;
    }

    int size() {
      return all[0].length;
    }

    double calls(int arm) {
      return Arrays.stream(all[arm]).sum();
    }

    double count(int arm) {
      return Arrays.stream(some[arm]).sum();
    }

    int used(int arm) {
      return (int) Arrays.stream(all[arm]).filter(calls -> calls > 0).count();
    }

    /** How far a cluster pulls the arm's share from where it is. */
    double residual(int arm, int cluster) {
      double calls = calls(arm);
      return calls == 0 ? 0 : (some[arm][cluster] - count(arm) / calls * all[arm][cluster]) / calls;
    }

    double[] shares(int arm) {
      double[] shares = new double[used(arm)];
      int next = 0;
      for (int cluster = 0; cluster < size(); cluster++) {
        if (all[arm][cluster] > 0) {
          shares[next++] = some[arm][cluster] / all[arm][cluster];
        }
      }
      return shares;
    }
  }
}
