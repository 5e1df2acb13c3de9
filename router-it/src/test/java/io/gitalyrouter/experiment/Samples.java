package io.gitalyrouter.experiment;

import io.gitalyrouter.route.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The evidence of a flawless run, for tests that plant one flaw. <em>Not thread-safe; confined to
 * one test.</em>
 */
final class Samples {
  static final String READ = "gitaly.RefService/RefExists";
  static final String WRITE = "gitaly.RepositoryService/WriteRef";
  private static final ServerCounters NOTHING = new ServerCounters(0, 0, 0, 0);

  final List<ClientCall> calls = new ArrayList<>();
  final List<ServerEntry> served = new ArrayList<>();
  final List<ServerEntry> executions = new ArrayList<>();
  final Map<String, String> refs = new HashMap<>();
  Optional<ServerCounters> dark = Optional.of(NOTHING);
  Optional<ServerCounters> drained = Optional.of(new ServerCounters(100, 7, 2, 0));
  Optional<ServerCounters> end = drained;
  long restarts;
  long inFlightAfterDrain;
  Optional<Evidence.CloneResult> cloned = Optional.of(new Evidence.CloneResult(3, 0, true));
  private int number;

  private Samples() {}

  /**
   * Two reads and a write of each host in each phase, a fallback in each fault, a read over the
   * network where the sides are compared, and a clone.
   */
  static Samples flawless() {
    Samples samples = new Samples();
    for (Phase phase : Phase.values()) {
      boolean network = phase == Phase.OBSERVE || phase == Phase.KILL || phase == Phase.FREEZE;
      for (String host : Hosts.ALL) {
        Route route = network && host.equals(Hosts.CANARY) ? Route.NETWORK : Route.LOCAL;
        samples.read(host, phase, route, "OK");
        samples.read(host, phase, route, "OK");
        samples.write(host, phase, route);
      }
      if (phase.hasFault()) {
        samples.read(Hosts.CANARY, phase, Route.LOCAL, "OK");
      }
      if (phase == Phase.COMPARE) {
        samples.read(Hosts.CANARY, phase, Route.NETWORK, "OK");
      }
    }
    samples.served.add(
        new ServerEntry(
            Route.NETWORK,
            "gitaly.SSHService/SSHUploadPack",
            "git01-observe-git-1",
            Optional.of("OK")));
    return samples;
  }

  /** A read that one server answered. */
  String read(String host, Phase phase, Route route, String status) {
    String id = id(host, phase);
    calls.add(call(id, false, Optional.empty(), Optional.of(status), route));
    served.add(new ServerEntry(route, READ, id, Optional.of(status)));
    return id;
  }

  /** A write that one server carried out. */
  String write(String host, Phase phase, Route route) {
    String id = id(host, phase);
    String ref = "refs/experiment/" + id;
    calls.add(
        call(
            id, true, Optional.of(new ClientCall.Change(ref, "c0ffee")), Optional.of("OK"), route));
    served.add(new ServerEntry(route, WRITE, id, Optional.of("OK")));
    executions.add(new ServerEntry(route, WRITE, id, Optional.of("OK")));
    refs.put(ref, "c0ffee");
    return id;
  }

  /** Replaces a call's ending; empty takes it away. */
  void ending(String id, Optional<String> status) {
    calls.replaceAll(
        call ->
            call.id().equals(id)
                ? call(id, call.mutation(), call.change(), status, Route.LOCAL)
                : call);
  }

  private String id(String host, Phase phase) {
    return host + "-" + phase.label() + "-load-" + ++number;
  }

  private static ClientCall call(
      String id,
      boolean mutation,
      Optional<ClientCall.Change> change,
      Optional<String> status,
      Route route) {
    return new ClientCall(
        id,
        CallId.parse(id).orElseThrow(),
        mutation ? WRITE : READ,
        mutation,
        change,
        status.map(s -> new ClientCall.Ending(s, "", 1500, s.equals("OK") ? 1 : 0, route.label())));
  }

  Evidence evidence() {
    return new Evidence(
        calls,
        served,
        executions,
        refs,
        dark,
        drained,
        end,
        restarts,
        inFlightAfterDrain,
        cloned,
        Map.of());
  }

  List<String> violated() {
    return Checks.of(evidence()).stream().filter(c -> !c.passed()).map(Check::name).toList();
  }
}
