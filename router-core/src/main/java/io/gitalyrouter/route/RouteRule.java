package io.gitalyrouter.route;

import java.util.Optional;

/**
 * What a role says about one storage on one host: which share of its calls is meant for the network
 * side. <em>Immutable.</em>
 *
 * @param role the role's name; empty when no role names this storage on this host
 * @param percent the share of calls with the assigned arm NETWORK, 0 to 100; resolution 0.01
 * @param unit what the share counts
 */
public record RouteRule(Optional<String> role, double percent, BucketUnit unit) {
  private static final RouteRule OFF = new RouteRule(Optional.empty(), 0, BucketUnit.RPC);

  /** Checks the share. */
  public RouteRule {
    if (!(percent >= 0 && percent <= 100)) {
      throw new IllegalArgumentException("percent: " + percent + " (expected: 0-100)");
    }
  }

  /** No role: every call is local, and the network endpoint stays dark. */
  public static RouteRule off() {
    return OFF;
  }

  /** A role that sends a share of the calls to the network side. */
  public static RouteRule network(String role, double percent, BucketUnit unit) {
    return new RouteRule(Optional.of(role), percent, unit);
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
