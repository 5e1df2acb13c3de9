package io.gitalyrouter.experiment;

import io.gitalyrouter.config.compare.CompareReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the experiment found. <em>Immutable.</em>
 *
 * @param start when it began
 * @param duration how long it took, starting the processes included
 * @param settings what it was run with, by name
 * @param sabotage the fault that was planted on purpose
 * @param rows calls by phase, host and served route
 * @param unknown mutations reported as failed, by phase with a fault
 * @param moved calls that the routers say they moved, by host and phase
 * @param timeline what happened when
 * @param comparison of the two sides, in the phase that is for it; empty if it was not reached
 * @param checks the conditions
 */
record Report(
    Instant start,
    Duration duration,
    Map<String, String> settings,
    Optional<Sabotage> sabotage,
    List<PhaseRow> rows,
    Map<Phase, MutationChecks.Unknown> unknown,
    Map<String, Long> moved,
    List<TimelineEntry> timeline,
    Optional<CompareReport> comparison,
    List<Check> checks) {
  /** Copies the collections. */
  Report {
    rows = List.copyOf(rows);
    timeline = List.copyOf(timeline);
    checks = List.copyOf(checks);
  }

  /** Whether there are checks and all of them hold. */
  boolean passed() {
    return !checks.isEmpty() && violated().isEmpty();
  }

  /** The checks that do not hold. */
  List<Check> violated() {
    return checks.stream().filter(check -> !check.passed()).toList();
  }
}
