package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.HostReports;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * How many calls hosts begin each second, from two reports of each of their processes.
 * <em>Immutable, as long as nobody changes the maps.</em>
 *
 * @param known by host entry, storage and full method name; only of hosts all of whose processes
 *     told twice
 * @param unknown the other host entries, and why
 */
record CallRates(Map<String, Map<String, Map<String, Double>>> known, Map<String, String> unknown) {

  /** Reports in etcd are a few seconds old. */
  private static final Duration REPORTS_COME = Duration.ofSeconds(7);

  private static final Duration LOOK = Duration.ofMillis(200);

  /**
   * Looks twice, and waits in between.
   *
   * @param hosts entries of the document
   * @param time between the looks at least; zero to ask nobody
   */
  static CallRates measure(
      ChangeStore store, Set<String> hosts, DocumentView view, Duration time, Console console) {
    if (time.isZero()) {
      return unknown(hosts, "not measured");
    }
    Map<String, HostReport> first;
    Map<String, HostReport> second;
    try {
      first = of(hosts, view, store.reports());
      second = first;
      if (!first.isEmpty()) {
        console.err().println("counting calls for " + DurationConverter.format(time));
        console.err().flush();
        second = later(store, hosts, view, first, time, console);
      }
    } catch (IOException e) {
      return unknown(hosts, Failures.describe(e));
    }
    return between(hosts, view, first, second);
  }

  private static Map<String, HostReport> later(
      ChangeStore store,
      Set<String> hosts,
      DocumentView view,
      Map<String, HostReport> first,
      Duration time,
      Console console)
      throws IOException {
    long begin = console.ticker().nanos();
    LockSupport.parkNanos(time.toNanos());
    while (true) {
      Map<String, HostReport> second = of(hosts, view, store.reports());
      boolean allTold =
          first.entrySet().stream()
              .allMatch(
                  e ->
                      second.containsKey(e.getKey())
                          && second.get(e.getKey()).at().isAfter(e.getValue().at()));
      long waited = console.ticker().nanos() - begin;
      if (allTold || waited > time.plus(REPORTS_COME).toNanos()) {
        return second;
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private static CallRates unknown(Set<String> hosts, String why) {
    Map<String, String> unknown = new LinkedHashMap<>();
    hosts.forEach(host -> unknown.put(host, why));
    return new CallRates(Map.of(), unknown);
  }

  /** By host and process. */
  private static Map<String, HostReport> of(
      Set<String> hosts, DocumentView view, HostReports heard) {
    return heard.reports().stream()
        .filter(report -> view.entryOf(report.host()).filter(hosts::contains).isPresent())
        .collect(
            Collectors.toMap(
                report -> report.host() + " process " + report.process(),
                report -> report,
                (one, other) -> other,
                LinkedHashMap::new));
  }

  static CallRates between(
      Set<String> hosts,
      DocumentView view,
      Map<String, HostReport> first,
      Map<String, HostReport> second) {
    Map<String, Map<String, Map<String, Double>>> known = new LinkedHashMap<>();
    Map<String, String> unknown = new LinkedHashMap<>();
    for (String host : hosts) {
      Map<String, Map<String, Double>> rates = new HashMap<>();
      Optional<String> trouble = Optional.of("no process was heard");
      for (Map.Entry<String, HostReport> process : first.entrySet()) {
        if (view.entryOf(process.getValue().host()).equals(Optional.of(host))) {
          trouble =
              add(process.getValue(), Optional.ofNullable(second.get(process.getKey())), rates)
                  .map(why -> process.getKey() + " " + why);
          if (trouble.isPresent()) {
            break;
          }
        }
      }
      if (trouble.isPresent()) {
        unknown.put(host, trouble.get());
      } else {
        known.put(host, rates);
      }
    }
    return new CallRates(known, unknown);
  }

  /** Adds what one process does; says why if that is not known. */
  private static Optional<String> add(
      HostReport before, Optional<HostReport> after, Map<String, Map<String, Double>> rates) {
    if (after.isEmpty() || !after.get().at().isAfter(before.at())) {
      return Optional.of("reported only once");
    }
    double seconds = Duration.between(before.at(), after.get().at()).toMillis() / 1e3;
    Map<String, Map<String, Long>> had = started(before);
    for (Map.Entry<String, Map<String, Long>> storage : started(after.get()).entrySet()) {
      Map<String, Long> then = had.getOrDefault(storage.getKey(), Map.of());
      for (Map.Entry<String, Long> method : storage.getValue().entrySet()) {
        long calls = method.getValue() - then.getOrDefault(method.getKey(), 0L);
        if (calls < 0) {
          return Optional.of("began to count anew");
        }
        rates
            .computeIfAbsent(storage.getKey(), name -> new HashMap<>())
            .merge(method.getKey(), calls / seconds, Double::sum);
      }
    }
    return Optional.empty();
  }

  /** The calls that began on any route, by storage and method. */
  private static Map<String, Map<String, Long>> started(HostReport report) {
    Map<String, Map<String, Long>> started = new HashMap<>();
    for (HostReport.Storage storage : report.storages()) {
      Map<String, Long> methods = new HashMap<>();
      for (HostReport.Calls calls : storage.calls()) {
        calls.methods().forEach(m -> methods.merge(m.method(), m.started(), Long::sum));
      }
      started.put(storage.storage(), methods);
    }
    return started;
  }

  /** The calls of each method of a storage; empty if it is not known. */
  Optional<Map<String, Double>> of(String host, String storage) {
    return Optional.ofNullable(known.get(host))
        .map(storages -> storages.getOrDefault(storage, Map.of()));
  }

  /** The hosts that are not known, and why; one line each. */
  List<String> troubles() {
    return unknown.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList();
  }
}
