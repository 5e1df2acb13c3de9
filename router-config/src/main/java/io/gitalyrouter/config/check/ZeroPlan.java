package io.gitalyrouter.config.check;

import java.time.Duration;
import java.util.List;

/**
 * What is to be proved. <em>Immutable.</em>
 *
 * @param window how long nothing may have flowed; above 0
 * @param hosts the hosts that must all have been heard
 * @param maxAge a report that is older proves nothing; above 0
 */
public record ZeroPlan(Duration window, List<String> hosts, Duration maxAge) {
  /** Several of the reports that a process writes every few seconds. */
  public static final Duration DEFAULT_MAX_AGE = Duration.ofSeconds(15);

  /** Copies the list. */
  public ZeroPlan {
    hosts = List.copyOf(hosts);
    if (window.isNegative() || window.isZero()) {
      throw new IllegalArgumentException("window: " + window + " (expected: above 0)");
    }
  }
}
