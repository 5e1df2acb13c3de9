package io.gitalyrouter.config.compare;

import java.util.List;
import java.util.Optional;

/**
 * The two routes for a set of calls, by intention to treat: every call counts in the arm that it
 * was given to, whoever served it. <em>Immutable.</em>
 *
 * @param kind {@code all}, {@code storage} or {@code method}
 * @param name the storage, or the storage and the method
 * @param localCalls calls in the local arm
 * @param networkCalls calls in the network arm
 * @param quantiles in rising order
 */
public record GroupEffects(
    String kind, String name, long localCalls, long networkCalls, List<QuantileEffect> quantiles) {
  /** Copies the list. */
  public GroupEffects {
    quantiles = List.copyOf(quantiles);
  }

  /** The estimate at a quantile; empty if it was refused or not asked for. */
  public Optional<QuantileEffect.Estimate> at(double quantile) {
    return quantiles.stream()
        .filter(effect -> effect.quantile() == quantile)
        .findFirst()
        .flatMap(QuantileEffect::estimate);
  }
}
