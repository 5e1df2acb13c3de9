package io.gitalyrouter.route;

import java.util.Optional;

/**
 * What a role says about one storage on one host: which share of its calls is meant for the network
 * side. <em>Immutable.</em>
 *
 * @param role the role's name; empty when no role names this storage on this host
 * @param percent the share of calls with the assigned arm NETWORK, 0 to 100; resolution 0.01
 * @param unit what the share counts
 * @param methods the methods that the share is taken of; the others are local
 * @param maxInFlight so many calls run on the network endpoint at most, those of other storages
 *     included; what comes on top is local. 0 for no limit
 * @param breaker when the storage's breaker trips; empty for as the router has it for all
 */
public record RouteRule(
    Optional<String> role,
    double percent,
    BucketUnit unit,
    MethodFilter methods,
    int maxInFlight,
    Optional<BreakerSettings> breaker) {
  private static final RouteRule OFF = new RouteRule(Optional.empty(), 0, BucketUnit.RPC);

  /** Checks the share. */
  public RouteRule {
    if (!(percent >= 0 && percent <= 100)) {
      throw new IllegalArgumentException("percent: " + percent + " (expected: 0-100)");
    }
    if (maxInFlight < 0) {
      throw new IllegalArgumentException("maxInFlight: " + maxInFlight + " (expected: >= 0)");
    }
  }

  /** A rule about all methods, without a limit and without breaker settings of its own. */
  public RouteRule(Optional<String> role, double percent, BucketUnit unit) {
    this(role, percent, unit, MethodFilter.all(), 0, Optional.empty());
  }

  /** No role: every call is local, and the network endpoint stays dark. */
  public static RouteRule off() {
    return OFF;
  }

  /** A role that sends a share of the calls to the network side. */
  public static RouteRule network(String role, double percent, BucketUnit unit) {
    return new RouteRule(Optional.of(role), percent, unit);
  }

  /** The same rule about these methods only. */
  public RouteRule withMethods(MethodFilter filter) {
    return new RouteRule(role, percent, unit, filter, maxInFlight, breaker);
  }

  /** The same rule with a limit of calls; 0 for none. */
  public RouteRule withMaxInFlight(int limit) {
    return new RouteRule(role, percent, unit, methods, limit, breaker);
  }

  /** The same rule with breaker settings of its own. */
  public RouteRule withBreaker(BreakerSettings settings) {
    return new RouteRule(role, percent, unit, methods, maxInFlight, Optional.of(settings));
  }

  /** Whether a role sends any of this storage's calls to the network side. */
  public boolean isOn() {
    return role.isPresent() && networkBuckets() > 0;
  }

  /** How many of the {@value RouteDecider#BUCKETS} buckets are meant for the network side. */
  public int networkBuckets() {
    return (int) Math.round(percent * RouteDecider.BUCKETS / 100);
  }

  /** What a percentage counts: who goes to the network side together. <em>Immutable.</em> */
  public enum BucketUnit {
    /** Every call is drawn by itself. */
    RPC,
    /** All calls with one correlation id go the same way. */
    CORRELATION_ID
  }
}
