package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Route;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Whether the arms were filled as planned. Deviations are measured by how the clusters scatter, so
 * that calls which come in bursts raise no false alarm. <em>Immutable.</em>
 */
record BalanceChecks(ComparisonPlan plan, Assigned assigned, Strata strata) {
  private static final double ALPHA = 0.001;

  /** A smaller difference of the mixes, which are standardised anyway, harms nothing. */
  private static final double HARMLESS = 0.02;

  List<SanityCheck> all() {
    return List.of(sampleRatio(), mix());
  }

  private SanityCheck sampleRatio() {
    String name = "sample ratio";
    double[] network = perCluster(Route.NETWORK, -1);
    double[] local = perCluster(Route.LOCAL, -1);
    double networkCalls = Arrays.stream(network).sum();
    double calls = networkCalls + Arrays.stream(local).sum();
    String counted =
        String.format(
            Locale.ROOT, "%.0f of %.0f calls meant for the network side", networkCalls, calls);
    if (!plan.design().isInterleaved()) {
      return new SanityCheck(name, SanityCheck.Result.NOT_RUN, counted);
    }
    double planned = plan.percent() / 100;
    double chance = chance(network, local, planned);
    return SanityCheck.of(
        name,
        chance >= ALPHA,
        String.format(
            Locale.ROOT,
            "%s (%.2f %%, planned %.2f %%), p = %.4f",
            counted,
            100 * networkCalls / calls,
            plan.percent(),
            chance));
  }

  private SanityCheck mix() {
    double distance = 0;
    double smallest = 1;
    double networkCalls = 0;
    double localCalls = 0;
    for (int stratum = 0; stratum < strata.count(); stratum++) {
      networkCalls += strata.calls(stratum, Route.NETWORK);
      localCalls += strata.calls(stratum, Route.LOCAL);
    }
    String worst = "none";
    double largest = -1;
    for (int stratum = 0; stratum < strata.count(); stratum++) {
      double apart =
          strata.calls(stratum, Route.NETWORK) / networkCalls
              - strata.calls(stratum, Route.LOCAL) / localCalls;
      distance += Math.abs(apart) / 2;
      if (Math.abs(apart) > largest) {
        largest = Math.abs(apart);
        worst = strata.name(stratum);
      }
      smallest =
          Math.min(
              smallest,
              chance(
                  perCluster(Route.NETWORK, stratum),
                  perCluster(Route.LOCAL, stratum),
                  networkCalls / (networkCalls + localCalls)));
    }
    String detail =
        String.format(
            Locale.ROOT,
            "the mixes of methods and storages differ by %.2f %% of the calls, most at %s; the"
                + " estimates are standardised to the local arm's mix",
            100 * distance,
            worst);
    boolean harmless = distance <= HARMLESS;
    return plan.design().isInterleaved()
        ? SanityCheck.of(
            "balance", harmless || smallest * Math.max(1, strata.count()) >= ALPHA, detail)
        : SanityCheck.noted("balance", harmless, detail);
  }

  private double[] perCluster(Route arm, int stratum) {
    double[] calls = new double[assigned.clusters().size()];
    for (Assigned.Slot slot : assigned.slots()) {
      if (slot.arm() == arm && (stratum < 0 || strata.of(slot.counts().key()) == stratum)) {
        calls[slot.cluster()] += slot.counts().counts().calls();
      }
    }
    return calls;
  }

  /** The probability of such a deviation of the network arm's share, or a greater one. */
  private static double chance(double[] network, double[] local, double share) {
    double sum = 0;
    double squares = 0;
    for (int cluster = 0; cluster < network.length; cluster++) {
      double apart = network[cluster] - share * (network[cluster] + local[cluster]);
      sum += apart;
      squares += apart * apart;
    }
    return squares == 0
        ? 1
        : 2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(sum) / Math.sqrt(squares));
  }
}
