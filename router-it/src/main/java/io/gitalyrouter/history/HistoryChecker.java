package io.gitalyrouter.history;

import io.gitalyrouter.history.Violation.Rule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds a history against the promises of the router. Pure: the same history has the same
 * violations. <em>Not thread-safe; confined to one check.</em>
 */
final class HistoryChecker {
  private final History history;
  private final List<Violation> violations = new ArrayList<>();

  private HistoryChecker(History history) {
    this.history = history;
  }

  /** Every violation, rule by rule; none if the promises were kept. */
  static List<Violation> check(History history) {
    HistoryChecker checker = new HistoryChecker(history);
    checker.endings();
    checker.mutations();
    checker.answers();
    checker.replayables();
    checker.quietTimes();
    checker.balance();
    return List.copyOf(checker.violations);
  }

  private void endings() {
    for (ObservedCall call : history.calls()) {
      if (call.closes() != 1) {
        found(Rule.ENDS_ONCE, call + " ended " + call.closes() + " times");
      }
    }
  }

  private void mutations() {
    Map<Long, Integer> executions = new HashMap<>();
    Set<Long> done = new HashSet<>();
    for (ServedCall execution : history.executions()) {
      if (executions.merge(execution.callId(), 1, Integer::sum) == 2) {
        found(Rule.EXECUTED_ONCE, "executed again: " + execution);
      }
      if (execution.isOk()) {
        done.add(execution.callId());
      }
    }
    for (ObservedCall call : history.calls()) {
      if (!call.isReplayable() && call.isOk()) {
        if (!done.contains(call.id())) {
          found(Rule.ACKNOWLEDGED_IS_THERE, "in no ledger: " + call);
        }
        if (!history.references().contains(call.change())) {
          found(Rule.ACKNOWLEDGED_IS_THERE, "not in the repository: " + call);
        }
      }
    }
  }

  private void answers() {
    for (ObservedCall call : history.calls()) {
      if (call.answer().isOfTwo()) {
        found(Rule.ONE_SERVER, "headers and trailers of two servers: " + call);
      } else if (call.isOk() && !call.answer().whole()) {
        found(Rule.ONE_SERVER, "an answer that no server gave: " + call);
      }
    }
  }

  /**
   * A call that failed after the network side had begun to answer could not move any more: the
   * caller had part of the answer. It must have seen that beginning.
   */
  private void replayables() {
    Set<Long> failedLocally = new HashSet<>();
    for (ServedCall served : history.served()) {
      if (served.server().isLocal() && !served.isOk()) {
        failedLocally.add(served.callId());
      }
    }
    for (ObservedCall call : history.calls()) {
      if (call.isReplayable()
          && call.closes() > 0
          && !call.isOk()
          && !call.times().isDeadlinePassed()
          && !call.answer().isBegunByNetwork()
          && !failedLocally.contains(call.id())) {
        found(Rule.REPLAYABLE_SERVED, "failed, though local did not: " + call);
      }
    }
  }

  private void quietTimes() {
    Map<Server, Set<Long>> reachedBy = new EnumMap<>(Server.class);
    for (ServedCall served : history.served()) {
      reachedBy.computeIfAbsent(served.server(), s -> new HashSet<>()).add(served.callId());
    }
    for (QuietTime quiet : history.quiet()) {
      Set<Long> reached = reachedBy.getOrDefault(quiet.server(), Set.of());
      for (ObservedCall call : history.calls()) {
        if (quiet.covers(call) && reached.contains(call.id())) {
          found(Rule.OLD_SIDE_QUIET, quiet + " was reached by " + call);
        }
      }
      if (quiet.strays() != 0) {
        found(Rule.OLD_SIDE_QUIET, quiet + " was reached after the drain");
      }
    }
  }

  private void balance() {
    Balance balance = history.balance();
    if (balance.networkInFlight() != 0
        || balance.endpointsInFlight() != 0
        || !balance.breaker().equals("CLOSED")) {
      found(Rule.LEASES_RETURNED, balance.toString());
    }
    if (balance.replayBytes() != 0) {
      found(Rule.REPLAY_BYTES_RETURNED, balance.toString());
    }
  }

  private void found(Rule rule, String what) {
    violations.add(new Violation(rule, what));
  }
}
