package io.gitalyrouter.config.compare;

import java.time.Duration;
import java.time.Instant;

/**
 * The part of the planned time that a report may use: up to the last look that was planned and is
 * complete. <em>Immutable.</em>
 *
 * @param from the begin
 * @param end the end; the begin itself while no look is complete
 * @param look the number of the look, counted from 1; 0 while none is complete
 * @param looks the looks that were planned
 */
public record Window(Instant from, Instant end, int look, int looks) {
  static Window of(ComparisonPlan plan, TimingData data) {
    long last = data.slots().stream().mapToLong(SlotCounts::endMillis).max().orElse(0);
    // The last slot of a log may end a little early, when its process stopped.
    long reached = last + plan.slot().toMillis() / 2;
    long length = Duration.between(plan.from(), plan.until()).toMillis();
    int look = 0;
    while (look < plan.looks() && reached >= endOf(plan, length, look + 1)) {
      look++;
    }
    return new Window(
        plan.from(), Instant.ofEpochMilli(endOf(plan, length, look)), look, plan.looks());
  }

  private static long endOf(ComparisonPlan plan, long length, int look) {
    return plan.from().toEpochMilli() + length * look / plan.looks();
  }

  boolean contains(long millis) {
    return millis >= from.toEpochMilli() && millis < end.toEpochMilli();
  }

  boolean isEmpty() {
    return look == 0;
  }
}
