package io.gitalyrouter.experiment;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Whether every mutation ran at most once, and whether what was acknowledged is there: the workers'
 * books held against the servers' ledgers and against the repository. <em>Immutable.</em>
 */
final class MutationChecks {
  private final List<ClientCall> mutations;
  private final List<ServerEntry> executions;
  private final Map<String, Long> executionsById;
  private final Set<String> executedOk = new HashSet<>();
  private final Map<String, String> refs;

  private MutationChecks(Evidence evidence) {
    this.mutations = evidence.clientCalls().stream().filter(ClientCall::mutation).toList();
    this.executions = evidence.executions();
    this.executionsById =
        executions.stream()
            .filter(e -> !e.callId().isEmpty())
            .collect(Collectors.groupingBy(ServerEntry::callId, Collectors.counting()));
    executions.stream().filter(ServerEntry::isOk).forEach(e -> executedOk.add(e.callId()));
    this.refs = evidence.refs();
  }

  static MutationChecks of(Evidence evidence) {
    return new MutationChecks(evidence);
  }

  /** The checks of one phase. */
  List<Check> in(Phase phase) {
    return checks(
        phase.label(),
        call -> call.isIn(phase),
        id -> CallId.parse(id).map(o -> o.phase() == phase).orElse(false));
  }

  /** The checks of the whole run, those phases included that make no server sick. */
  List<Check> overall() {
    List<Check> checks = new ArrayList<>(checks("run", call -> true, id -> true));
    checks.add(
        Check.zero(
            "run.executions-of-nobody",
            "executions in a ledger without the id of a worker's call",
            executions.stream().filter(e -> e.origin().isEmpty()).count()));
    return List.copyOf(checks);
  }

  private List<Check> checks(String name, Predicate<ClientCall> which, Predicate<String> whichId) {
    List<ClientCall> chosen = mutations.stream().filter(which).toList();
    return List.of(
        Check.some(
            name + ".mutations-acknowledged",
            "mutations that were acknowledged, so that there was something to lose",
            chosen.stream().filter(ClientCall::isAcknowledged).count()),
        Check.zero(
            name + ".mutations-executed-twice",
            "mutations that the ledgers show more than once",
            executionsById.entrySet().stream()
                .filter(e -> whichId.test(e.getKey()) && e.getValue() > 1)
                .count()),
        Check.zero(
            name + ".mutations-acknowledged-absent",
            "mutations that were acknowledged and are missing in the ledgers or the repository",
            chosen.stream().filter(c -> c.isAcknowledged() && !isThere(c)).count()),
        Check.zero(
            name + ".mutations-unaccounted",
            "mutations that were neither acknowledged nor reported as failed",
            chosen.stream().filter(c -> c.ending().isEmpty()).count()));
  }

  private boolean isThere(ClientCall call) {
    return executedOk.contains(call.id())
        && call.change().map(c -> c.target().equals(refs.get(c.ref()))).orElse(false);
  }

  /**
   * Mutations of a phase that were reported as failed, by what became of them.
   *
   * @param executed the ledgers show that they ran, and the reference is there
   * @param notExecuted no ledger shows that they ran
   * @param undecided a ledger shows that they began, and nothing more
   */
  record Unknown(long executed, long notExecuted, long undecided) {
    long total() {
      return executed + notExecuted + undecided;
    }
  }

  /** What became of the mutations of a phase that their callers hold for failed. */
  Unknown reportedAsFailed(Phase phase) {
    List<ClientCall> failed =
        mutations.stream()
            .filter(c -> c.isIn(phase) && c.ending().isPresent() && !c.isAcknowledged())
            .toList();
    long executed = failed.stream().filter(this::isThere).count();
    long absent = failed.stream().filter(c -> !executionsById.containsKey(c.id())).count();
    return new Unknown(executed, absent, failed.size() - executed - absent);
  }
}
