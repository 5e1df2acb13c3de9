package io.gitalyrouter.experiment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The calls of one phase, host and served route, as the report shows them. <em>Immutable.</em>
 *
 * @param phase the phase in which the calls started
 * @param host the worker host
 * @param route the server whose book shows the answer: local, network, or none
 * @param statuses calls by the status that the caller got
 * @param fallbacks calls that reached the network server and were then answered locally
 * @param p50Micros half of the calls took at most so long
 * @param p95Micros the same for 95 %
 * @param p99Micros the same for 99 %
 */
record PhaseRow(
    Phase phase,
    String host,
    String route,
    Map<String, Long> statuses,
    long fallbacks,
    long p50Micros,
    long p95Micros,
    long p99Micros) {
  private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(10);

  /** Keeps the order of the map. */
  PhaseRow {
    statuses = new TreeMap<>(statuses);
  }

  long calls() {
    return statuses.values().stream().mapToLong(Long::longValue).sum();
  }

  private record Key(Phase phase, String host, String route) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byPhase = phase.compareTo(other.phase);
      int byHost = host.compareTo(other.host);
      return byPhase != 0 ? byPhase : byHost != 0 ? byHost : route.compareTo(other.route);
    }
  }

  /** The rows of a run, in the order of phases, hosts and routes. */
  static List<PhaseRow> of(Evidence evidence) {
    Map<String, List<ServerEntry>> servedById = new HashMap<>();
    for (ServerEntry entry : evidence.served()) {
      servedById.computeIfAbsent(entry.callId(), id -> new ArrayList<>()).add(entry);
    }
    Map<Key, List<ClientCall>> groups = new TreeMap<>();
    Set<String> fallbacks = new HashSet<>();
    for (ClientCall call : evidence.clientCalls()) {
      List<ServerEntry> served = servedById.getOrDefault(call.id(), List.of());
      String route = route(call, served);
      groups
          .computeIfAbsent(
              new Key(call.origin().phase(), call.origin().host(), route), key -> new ArrayList<>())
          .add(call);
      if (route.equals("local") && served.stream().anyMatch(e -> isOn(e, "network"))) {
        fallbacks.add(call.id());
      }
    }
    List<PhaseRow> rows = new ArrayList<>();
    groups.forEach((key, calls) -> rows.add(row(key, calls, fallbacks)));
    return List.copyOf(rows);
  }

  private static PhaseRow row(Key key, List<ClientCall> calls, Set<String> fallbacks) {
    Histogram micros = new Histogram(LONGEST_MICROS, 3);
    Map<String, Long> statuses = new TreeMap<>();
    for (ClientCall call : calls) {
      call.ending().ifPresent(e -> micros.recordValue(Math.min(e.micros(), LONGEST_MICROS)));
      statuses.merge(call.status(), 1L, Long::sum);
    }
    return new PhaseRow(
        key.phase(),
        key.host(),
        key.route(),
        statuses,
        calls.stream().filter(c -> fallbacks.contains(c.id())).count(),
        micros.getValueAtPercentile(50),
        micros.getValueAtPercentile(95),
        micros.getValueAtPercentile(99));
  }

  /**
   * The server that gave the caller its answer. Where both have the call, as after a replay, it is
   * the one that says the same as the caller; the caller's own view decides between equals.
   */
  private static String route(ClientCall call, List<ServerEntry> served) {
    List<String> same =
        served.stream()
            .filter(e -> e.status().map(call.status()::equals).orElse(false))
            .map(e -> e.route().label())
            .distinct()
            .toList();
    if (same.size() == 1) {
      return same.get(0);
    }
    List<String> any = served.stream().map(e -> e.route().label()).distinct().toList();
    String own = call.ending().map(ClientCall.Ending::route).orElse("unknown");
    if (any.contains(own)) {
      return own;
    }
    return any.isEmpty() ? "none" : any.get(0);
  }

  private static boolean isOn(ServerEntry entry, String label) {
    return entry.route().label().equals(label);
  }
}
