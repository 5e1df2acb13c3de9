package io.gitalyrouter.config.check;

import io.gitalyrouter.config.check.Prometheus.Point;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;

/** Whether the change can be watched, and whether the NFS hosts can bear it. <em>Immutable.</em> */
final class PrometheusChecks {
  static final String METRICS = "metrics scraped";
  static final String CPU = "cpu";
  static final String MEMORY = "memory";

  /** The meter of every router that says whether a role is on. */
  private static final String ROLE = "gitaly_route_role_enabled";

  /** A scrape that is older is no scrape: eight of the usual 15 s were missed. */
  private static final double MAX_AGE_SECONDS = 120;

  private static final String CPU_QUERY =
      "1 - avg without (cpu, mode) (rate(node_cpu_seconds_total{mode=\"idle\"}[5m]))";
  private static final String MEMORY_QUERY =
      "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes";

  /** Of all cores, and of all memory: room is left for what the change moves there. */
  private static final double WARN_SHARE = 0.7;

  private static final double FAIL_SHARE = 0.9;

  private final Prometheus prometheus;

  PrometheusChecks(Prometheus prometheus) {
    this.prometheus = prometheus;
  }

  static CheckResult notAsked() {
    return CheckResult.warn(
        "prometheus", METRICS, "not asked", "name it: --prometheus URL, or look at the dashboards");
  }

  /**
   * Asks for both.
   *
   * @param workers the worker hosts
   * @param servers the hosts of the network endpoints
   */
  List<CheckResult> run(List<String> workers, SortedSet<String> servers) {
    List<CheckResult> results = new ArrayList<>();
    Asked up = ask("up and on (instance, job) " + ROLE);
    Asked age = ask("time() - timestamp(" + ROLE + ")");
    for (String worker : workers) {
      results.add(scraped(worker, up, age));
    }
    Asked cpu = ask(CPU_QUERY);
    Asked memory = ask(MEMORY_QUERY);
    for (String server : servers) {
      results.add(share(server, CPU, cpu));
      results.add(share(server, MEMORY, memory));
    }
    return results;
  }

  /** An answer, or why there is none. */
  private record Asked(List<Point> points, Optional<String> trouble) {
    Optional<Double> worst(String host) {
      return points.stream().filter(p -> p.isOf(host)).map(Point::value).max(Double::compare);
    }

    Optional<Double> least(String host) {
      return points.stream().filter(p -> p.isOf(host)).map(Point::value).min(Double::compare);
    }
  }

  private Asked ask(String expression) {
    try {
      return new Asked(prometheus.query(expression), Optional.empty());
    } catch (IOException e) {
      return new Asked(List.of(), Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private CheckResult scraped(String worker, Asked up, Asked age) {
    Optional<String> trouble = up.trouble().or(age::trouble);
    if (trouble.isPresent()) {
      return CheckResult.notMade(worker, METRICS, trouble.get());
    }
    Optional<Double> alive = up.least(worker);
    Optional<Double> oldest = age.worst(worker);
    if (alive.isEmpty() || oldest.isEmpty()) {
      return CheckResult.fail(
          worker,
          METRICS,
          "Prometheus at " + prometheus.place() + " has no " + ROLE + " of this host",
          "scrape the worker; its host is looked for in fqdn, host, hostname, nodename and instance");
    }
    String found = String.format(Locale.ROOT, "up is %.0f, %.0f s old", alive.get(), oldest.get());
    return alive.get() == 1 && oldest.get() <= MAX_AGE_SECONDS
        ? CheckResult.pass(worker, METRICS, found)
        : CheckResult.fail(
            worker, METRICS, found, "mend the scrape: without it nobody sees the change");
  }

  private CheckResult share(String server, String check, Asked asked) {
    if (asked.trouble().isPresent()) {
      return CheckResult.notMade(server, check, asked.trouble().get());
    }
    Optional<Double> used = asked.worst(server).filter(v -> !v.isNaN());
    if (used.isEmpty()) {
      return CheckResult.notMade(
          server,
          check,
          "Prometheus at " + prometheus.place() + " has no node metrics of this host");
    }
    String found = String.format(Locale.ROOT, "%.0f %% in use", used.get() * 100);
    if (used.get() >= FAIL_SHARE) {
      return CheckResult.fail(
          server, check, found, "the host cannot bear more; begin with another");
    }
    return used.get() >= WARN_SHARE
        ? CheckResult.warn(server, check, found, "begin with a small percentage, and watch it")
        : CheckResult.pass(server, check, found);
  }
}
