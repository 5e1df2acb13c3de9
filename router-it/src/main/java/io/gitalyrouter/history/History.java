package io.gitalyrouter.history;

import java.util.List;
import java.util.Set;

/**
 * One run, complete. <em>Immutable.</em>
 *
 * @param calls what the callers saw
 * @param served the servers' call logs
 * @param executions the servers' ledgers of mutations
 * @param references what is in the repositories in the end, as {@code repository name target}
 * @param quiet when which server was out of the routing
 * @param balance what the router holds in the end
 */
record History(
    List<ObservedCall> calls,
    List<ServedCall> served,
    List<ServedCall> executions,
    Set<String> references,
    List<QuietTime> quiet,
    Balance balance) {
  /** Copies the collections. */
  History {
    calls = List.copyOf(calls);
    served = List.copyOf(served);
    executions = List.copyOf(executions);
    references = Set.copyOf(references);
    quiet = List.copyOf(quiet);
  }
}
