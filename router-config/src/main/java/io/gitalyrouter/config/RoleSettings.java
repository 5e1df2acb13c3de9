package io.gitalyrouter.config;

import io.gitalyrouter.route.BreakerSettings;
import io.gitalyrouter.route.MethodFilter;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import java.util.List;
import java.util.Locale;
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
 * @param breaker when the breakers of its storages trip, if the document says so
 * @param whenStale what it does once the document's source has been silent for too long
 */
record RoleSettings(
    String name,
    Route route,
    List<String> storages,
    double percent,
    BucketUnit unit,
    MethodFilter methods,
    int maxInFlight,
    Optional<BreakerSettings> breaker,
    WhenStale whenStale) {
  /** Copies the list. */
  RoleSettings {
    storages = List.copyOf(storages);
  }

  /** What the role says about each of its storages. */
  RouteRule rule() {
    return new RouteRule(
        Optional.of(name),
        route == Route.NETWORK ? percent : 0,
        unit,
        methods,
        maxInFlight,
        breaker);
  }

  /** What the role says once the source has been silent for too long. */
  RouteRule ruleWhenStale() {
    return whenStale == WhenStale.LOCAL ? new RouteRule(Optional.of(name), 0, unit) : rule();
  }

  /** What a role does when nobody can be sure any more that it is still wanted. */
  enum WhenStale {
    /** Goes on as the last good document says. */
    KEEP,
    /** Sends every call to the local side, until the source is heard again. */
    LOCAL;

    /** The word in the document. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
