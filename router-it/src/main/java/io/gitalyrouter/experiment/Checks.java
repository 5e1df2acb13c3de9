package io.gitalyrouter.experiment;

import io.gitalyrouter.route.Route;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The conditions of the change, phase by phase, each drawn from the evidence alone.
 * <em>Immutable.</em>
 */
final class Checks {
  /** The least share of the canary's storage calls that the network must serve in observe. */
  static final double LEAST_NETWORK_SHARE = 99.0;

  private static final String NETWORK_CALLS = "calls of any kind that reached the network server";

  private final Evidence evidence;
  private final List<Check> checks = new ArrayList<>();

  private Checks(Evidence evidence) {
    this.evidence = evidence;
  }

  /** Every check, in the order of the phases; all must hold. */
  static List<Check> of(Evidence evidence) {
    Checks all = new Checks(evidence);
    all.data();
    all.dark();
    all.observe();
    all.compare();
    MutationChecks mutations = MutationChecks.of(evidence);
    for (Phase phase : Phase.values()) {
      if (phase.hasFault()) {
        all.fault(phase);
        all.checks.addAll(mutations.in(phase));
      }
    }
    all.rollback();
    all.postcheck();
    all.books();
    all.checks.addAll(mutations.overall());
    return List.copyOf(all.checks);
  }

  private void data() {
    Set<String> seen =
        evidence.clientCalls().stream()
            .map(call -> call.origin().phase() + " " + call.origin().host())
            .collect(Collectors.toSet());
    long missing = (long) Phase.values().length * Hosts.ALL.size() - seen.size();
    checks.add(Check.zero("load.silent-phases", "phases in which a host made no call", missing));
  }

  private void dark() {
    String calls = "dark.network-calls";
    String connections = "dark.network-connections";
    String connectionsMeaning = "connections that were made to the network server";
    if (evidence.dark().isPresent()) {
      ServerCounters counters = evidence.dark().get();
      checks.add(Check.zero(calls, NETWORK_CALLS, counters.calls()));
      checks.add(Check.zero(connections, connectionsMeaning, counters.connectionsAccepted()));
    } else {
      checks.add(Check.noData(calls, NETWORK_CALLS, "= 0"));
      checks.add(Check.noData(connections, connectionsMeaning, "= 0"));
    }
    failedCalls(Phase.DARK);
    failedCalls(Phase.ROLE);
  }

  private void observe() {
    long network = storageCalls(Route.NETWORK, e -> e.isFrom(Hosts.CANARY, Phase.OBSERVE));
    long local = storageCalls(Route.LOCAL, e -> e.isFrom(Hosts.CANARY, Phase.OBSERVE));
    long total = network + local;
    double share = total == 0 ? 0 : 100.0 * network / total;
    checks.add(
        new Check(
            "observe.git01-network-share",
            "git01's storage calls that the network server served",
            ">= 99 %",
            total == 0
                ? "no data"
                : String.format(Locale.ROOT, "%.2f %% (%d of %d)", share, network, total),
            total > 0 && share >= LEAST_NETWORK_SHARE));
    checks.add(
        Check.zero(
            "observe.git02-network-calls",
            "git02's storage calls that reached the network server",
            storageCalls(Route.NETWORK, e -> e.isFrom(Hosts.CONTROL, Phase.OBSERVE))));
    failedCalls(Phase.OBSERVE);
    cloned();
  }

  private void compare() {
    for (Route route : Route.values()) {
      checks.add(
          Check.some(
              "compare.git01-" + route.label() + "-calls",
              "git01's storage calls that the " + route.label() + " server served",
              storageCalls(route, e -> e.isFrom(Hosts.CANARY, Phase.COMPARE))));
    }
    failedCalls(Phase.COMPARE);
  }

  private void cloned() {
    String name = "observe.clone-differences";
    String meaning = "references that a git clone through git01 got wrong; fsck counts as one";
    Optional<Evidence.CloneResult> clone = evidence.cloned();
    if (clone.isEmpty() || clone.get().refsCompared() == 0) {
      checks.add(Check.noData(name, meaning, "= 0"));
    } else {
      long wrong = clone.get().refsDiffering() + (clone.get().fsckClean() ? 0 : 1);
      checks.add(Check.zero(name, meaning, wrong));
    }
    checks.add(
        Check.some(
            "observe.clone-network-calls",
            "the clone's calls that the network server served",
            storageCalls(
                Route.NETWORK,
                e ->
                    e.isFrom(Hosts.CANARY, Phase.OBSERVE)
                        && e.origin().map(o -> o.kind().equals("git")).orElse(false))));
  }

  private void fault(Phase phase) {
    String name = phase.label();
    checks.add(
        Check.some(
            name + ".network-calls",
            "git01's storage calls that the network server answered, so that there was something to lose",
            storageCalls(Route.NETWORK, e -> e.isFrom(Hosts.CANARY, phase) && e.isOk())));
    checks.add(
        Check.some(
            name + ".fallbacks",
            "git01's storage calls that the local server answered instead",
            storageCalls(Route.LOCAL, e -> e.isFrom(Hosts.CANARY, phase) && e.isOk())));
    checks.add(
        Check.zero(
            name + ".replayable-failed",
            "replayable calls that failed: readers whose caller had been told nothing yet",
            clientCalls(
                c -> c.isIn(phase) && !c.mutation() && !c.isAcknowledged() && !c.isCutOff())));
    checks.add(
        Check.shown(
            name + ".streams-cut",
            "streams that were cut off after a part had been told: those no one can run again",
            clientCalls(c -> c.isIn(phase) && !c.mutation() && c.isCutOff())));
    checks.add(
        Check.zero(
            name + ".git02-failed",
            "calls of git02 that failed: it does not use the network server",
            clientCalls(
                c ->
                    c.isIn(phase)
                        && c.origin().host().equals(Hosts.CONTROL)
                        && !c.isAcknowledged())));
  }

  private void rollback() {
    checks.add(Check.zero("rollback.restarts", "workers that were restarted", evidence.restarts()));
    failedCalls(Phase.ROLLBACK);
    checks.add(
        Check.zero(
            "rollback.in-flight",
            "calls that git01's router still had on the network side after the drain",
            evidence.inFlightAfterDrain()));
  }

  private void postcheck() {
    String calls = "postcheck.network-calls";
    String meaning = "calls of any kind that reached the network server after the drain";
    String open = "postcheck.network-connections";
    String openMeaning = "connections that are still open to the network server";
    if (evidence.drained().isPresent() && evidence.end().isPresent()) {
      ServerCounters end = evidence.end().get();
      checks.add(Check.zero(calls, meaning, end.calls() - evidence.drained().get().calls()));
      checks.add(Check.zero(open, openMeaning, end.connectionsOpen()));
    } else {
      checks.add(Check.noData(calls, meaning, "= 0"));
      checks.add(Check.noData(open, openMeaning, "= 0"));
    }
    failedCalls(Phase.POSTCHECK);
  }

  /** The clients' books and the servers' must tell the same story. */
  private void books() {
    checks.add(
        Check.zero(
            "books.git02-network-calls",
            "git02's calls that reached the network server, in the whole run",
            storageCalls(
                Route.NETWORK,
                e -> e.origin().map(o -> o.host().equals(Hosts.CONTROL)).orElse(false))));
    checks.add(
        Check.zero(
            "books.calls-of-nobody",
            "storage calls on a server without the id of a worker's call",
            evidence.served().stream()
                .filter(e -> e.isStorageCall() && e.origin().isEmpty())
                .count()));
    Set<String> journaled =
        evidence.clientCalls().stream().map(ClientCall::id).collect(Collectors.toSet());
    checks.add(
        Check.zero(
            "books.calls-not-in-a-journal",
            "calls of the load on a server that no worker wrote down",
            evidence.served().stream()
                .filter(e -> e.origin().map(o -> o.kind().equals("load")).orElse(false))
                .filter(e -> !journaled.contains(e.callId()))
                .count()));
    Set<String> answered = new HashSet<>();
    evidence.served().stream()
        .filter(ServerEntry::isOk)
        .forEach(entry -> answered.add(entry.callId()));
    checks.add(
        Check.zero(
            "books.acknowledged-not-served",
            "calls that a worker holds for answered and no server answered",
            clientCalls(c -> c.isAcknowledged() && !answered.contains(c.id()))));
  }

  private void failedCalls(Phase phase) {
    checks.add(
        Check.zero(
            phase.label() + ".failed-calls",
            "calls that failed, of either host",
            clientCalls(c -> c.isIn(phase) && !c.isAcknowledged())));
  }

  private long clientCalls(Predicate<ClientCall> which) {
    return evidence.clientCalls().stream().filter(which).count();
  }

  private long storageCalls(Route route, Predicate<ServerEntry> which) {
    return evidence.served().stream()
        .filter(e -> e.route() == route && e.isStorageCall())
        .filter(which)
        .count();
  }
}
