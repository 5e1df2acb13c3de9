package io.gitalyrouter.config;

import io.gitalyrouter.route.MethodFilter;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import java.util.List;
import java.util.Optional;

/**
 * A role of the document. <em>Immutable.</em>
 *
 * @param name the role's name
 * @param route where it sends calls
 * @param storages the storages it is about; {@code all} is already resolved
 * @param percent the share of calls it sends to the network side, 0 to 100
 * @param unit what the share counts
 * @param methods the methods it is about
 * @param maxInFlight the most calls on a network endpoint; 0 for no limit
 */
record RoleSettings(
    String name,
    Route route,
    List<String> storages,
    double percent,
    BucketUnit unit,
    MethodFilter methods,
    int maxInFlight) {
  /** Copies the list. */
  RoleSettings {
    storages = List.copyOf(storages);
  }

  /** What the role says about each of its storages. */
  RouteRule rule() {
    return new RouteRule(
        Optional.of(name), route == Route.NETWORK ? percent : 0, unit, methods, maxInFlight);
  }
}
