package io.gitalyrouter.route;

import java.time.Duration;
import java.util.Optional;

/**
 * How the connection of one endpoint is made and kept; what is empty is as the router has it for
 * all of them. <em>Immutable.</em>
 *
 * @param connectTimeout for the TCP connection; above 0
 * @param keepAliveTime between HTTP/2 pings; at least 20 s, because older Gitaly servers throw out
 *     a client that pings more often
 * @param keepAliveTimeout after which an unanswered ping closes the connection; above 0
 */
public record ConnectionSettings(
    Optional<Duration> connectTimeout,
    Optional<Duration> keepAliveTime,
    Optional<Duration> keepAliveTimeout) {
  /** The shortest time between pings that every Gitaly accepts. */
  public static final Duration MIN_KEEP_ALIVE = Duration.ofSeconds(20);

  /** All as the router has it. */
  public static final ConnectionSettings DEFAULT =
      new ConnectionSettings(Optional.empty(), Optional.empty(), Optional.empty());

  /** Checks the ranges. */
  public ConnectionSettings {
    checkAboveZero("connectTimeout", connectTimeout);
    checkAboveZero("keepAliveTimeout", keepAliveTimeout);
    if (keepAliveTime.isPresent() && keepAliveTime.get().compareTo(MIN_KEEP_ALIVE) < 0) {
      throw new IllegalArgumentException(
          "keepAliveTime: " + keepAliveTime.get() + " (expected: >= 20 s)");
    }
  }

  private static void checkAboveZero(String name, Optional<Duration> time) {
    if (time.isPresent() && (time.get().isZero() || time.get().isNegative())) {
      throw new IllegalArgumentException(name + ": " + time.get() + " (expected: > 0)");
    }
  }
}
