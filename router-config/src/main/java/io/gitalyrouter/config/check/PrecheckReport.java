package io.gitalyrouter.config.check;

import java.util.List;

/**
 * All checks of one run, in an order that depends on the plan alone. <em>Immutable.</em>
 *
 * @param results the checks; a reader numbers them from 1
 */
public record PrecheckReport(List<CheckResult> results) {
  /** Copies the list. */
  public PrecheckReport {
    results = List.copyOf(results);
  }

  /** How many ended so. */
  public long count(CheckLevel level) {
    return results.stream().filter(r -> r.level() == level).count();
  }

  /** Whether nothing forbids the change. */
  public boolean isPassed() {
    return count(CheckLevel.FAIL) == 0 && !results.isEmpty();
  }
}
