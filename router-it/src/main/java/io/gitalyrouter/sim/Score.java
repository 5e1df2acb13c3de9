package io.gitalyrouter.sim;

import io.gitalyrouter.sim.server.Journal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a contender did. <em>Immutable.</em>
 *
 * @param calls that began
 * @param right calls whose caller got what a healthy server answers
 * @param wrong the statuses of the others, and how many got each
 * @param p50Nanos how long the right calls took
 * @param p99Nanos how long the right calls took
 * @param localShare the part of the calls that were handed to the local side first
 * @param moved calls that began on the network side and were moved
 * @param leaveSeconds from the fault to the moment at which most calls begin elsewhere; infinite if
 *     that never came; null if the scenario has no fault
 * @param returnSeconds from the end of the fault to the moment at which most calls begin on the
 *     network side again; infinite and null as above
 * @param doubled mutations that took effect more than once
 * @param lost mutations that were acknowledged and did not take effect
 * @param unended calls whose caller did not hear of exactly one end
 * @param endsOnNetwork whether most of the last calls began on the network side
 * @param timeline what the contender saw and did
 */
public record Score(
    int calls,
    int right,
    Map<String, Integer> wrong,
    long p50Nanos,
    long p99Nanos,
    double localShare,
    long moved,
    @Nullable Double leaveSeconds,
    @Nullable Double returnSeconds,
    int doubled,
    int lost,
    int unended,
    boolean endsOnNetwork,
    List<String> timeline) {
  /** Copies the collections. */
  public Score {
    wrong = new TreeMap<>(wrong);
    timeline = List.copyOf(timeline);
  }

  static Score of(
      Scenario scenario, List<CallRecord> records, Journal journal, Contender contender) {
    long[] took =
        records.stream()
            .filter(CallRecord::isRight)
            .mapToLong(CallRecord::tookNanos)
            .sorted()
            .toArray();
    Map<String, Integer> wrong = new TreeMap<>();
    int doubled = 0;
    int lost = 0;
    int unended = 0;
    int local = 0;
    for (CallRecord call : records) {
      int changes = journal.changes(call.number());
      doubled += changes > 1 ? 1 : 0;
      boolean mutation = call.plan().kind() == CallRecord.Kind.WRITE_REF;
      lost += mutation && call.isAcknowledged() && changes == 0 ? 1 : 0;
      unended += call.endedOnce() ? 0 : 1;
      local += journal.firstSide(call.number()).equals(World.LOCAL) ? 1 : 0;
      if (!call.isRight()) {
        wrong.merge(call.code(), 1, Integer::sum);
      }
    }
    Slots slots = Slots.of(records, journal);
    Scenario.Sick sick = scenario.sick();
    return new Score(
        records.size(),
        took.length,
        wrong,
        percentile(took, 50),
        percentile(took, 99),
        (double) local / records.size(),
        contender.moved(),
        sick == null ? null : slots.until(/* onNetwork= */ false, sick.fromSeconds()),
        sick == null || Double.isInfinite(sick.toSeconds())
            ? null
            : slots.until(/* onNetwork= */ true, sick.toSeconds()),
        doubled,
        lost,
        unended,
        slots.endOnNetwork(),
        contender.timeline());
  }

  private static long percentile(long[] sorted, int percent) {
    return sorted.length == 0 ? 0 : sorted[(int) ((sorted.length - 1) * (long) percent / 100)];
  }

  /** The part of the calls that got the right answer. */
  public double successRate() {
    return (double) right / calls;
  }
}
