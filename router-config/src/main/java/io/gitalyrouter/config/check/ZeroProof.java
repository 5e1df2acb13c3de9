package io.gitalyrouter.config.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Judges whether nothing flowed to the network side, from what was read at both ends of a window,
 * in three ways that do not trust each other. What is missing proves nothing. <em>Immutable.</em>
 */
public final class ZeroProof {
  /** The workers' own counters. */
  public static final String STARTED = "calls started";

  /** What the workers still have open. */
  public static final String OPEN = "in flight and open sockets";

  /** The servers' counters. */
  public static final String SERVERS = "server counters";

  private final ZeroPlan plan;
  private final ZeroReadings before;
  private final ZeroReadings after;

  private ZeroProof(ZeroPlan plan, ZeroReadings before, ZeroReadings after) {
    this.plan = plan;
    this.before = before;
    this.after = after;
  }

  /** Judges what was read. */
  public static ZeroReport judge(ZeroPlan plan, ZeroReadings before, ZeroReadings after) {
    ZeroProof proof = new ZeroProof(plan, before, after);
    return new ZeroReport(List.of(proof.started(), proof.open(), proof.servers()));
  }

  private ZeroFinding started() {
    FindingBuilder finding = new FindingBuilder(STARTED);
    for (String host : hosts()) {
      List<HostReading> now = of(after, host);
      Map<String, HostReading> then = byProcess(of(before, host));
      if (now.isEmpty()) {
        finding.unknown(host, "no process reports");
      }
      for (HostReading reading : now) {
        HostReading first = then.remove(reading.process());
        if (isFresh(reading, finding)) {
          if (first != null) {
            compare(reading, first, finding);
          } else {
            isNew(reading, /* heardBefore= */ !of(before, host).isEmpty(), finding);
          }
        }
      }
      then.values()
          .forEach(
              gone ->
                  finding.unknown(
                      gone.name(), "ended within the window; what it began at last is not known"));
    }
    return nobodyIsNoProof(finding);
  }

  /** All that a new process counted since its start may lie in the window, or before it. */
  private void isNew(HostReading last, boolean heardBefore, FindingBuilder finding) {
    if (!heardBefore) {
      finding.unknown(last.name(), "nothing was heard of its host when the window began");
    } else if (last.networkStarted() == 0) {
      finding.counted(last.name(), 0, "calls since its start within the window" + age(last));
    } else {
      finding.unknown(
          last.name(),
          "not heard when the window began; it began "
              + last.networkStarted()
              + " calls since its start");
    }
  }

  private void compare(HostReading last, HostReading first, FindingBuilder finding) {
    Duration covered = Duration.between(first.at(), last.at());
    long began = last.networkStarted() - first.networkStarted();
    if (began < 0) {
      finding.unknown(
          last.name(), "its counter went back: another process, or its storages changed");
    } else if (began == 0 && covered.compareTo(plan.window()) < 0) {
      finding.unknown(
          last.name(),
          "its reports cover " + covered.toMillis() + " ms of " + plan.window().toMillis() + " ms");
    } else {
      finding.counted(last.name(), began, "calls in " + covered.toMillis() + " ms" + age(last));
    }
  }

  private ZeroFinding open() {
    FindingBuilder finding = new FindingBuilder(OPEN);
    for (String host : hosts()) {
      List<HostReading> now = of(after, host);
      if (now.isEmpty()) {
        finding.unknown(host, "no process reports");
      }
      for (HostReading reading : now) {
        if (isFresh(reading, finding)) {
          finding.counted(
              reading.name(), reading.networkInFlight(), "calls in flight" + age(reading));
          if (reading.networkSockets().isPresent()) {
            finding.counted(reading.name(), reading.networkSockets().getAsLong(), "open sockets");
          } else {
            finding.unknown(reading.name(), "its system does not tell its sockets");
          }
        }
      }
    }
    return nobodyIsNoProof(finding);
  }

  private ZeroFinding servers() {
    if (before.servers().isEmpty() && after.servers().isEmpty()) {
      return new ZeroFinding(
          SERVERS,
          ZeroVerdict.NOT_ASKED,
          0,
          List.of("not asked; name them: --server-metrics URL of each NFS server"));
    }
    FindingBuilder finding = new FindingBuilder(SERVERS);
    TreeSet<String> names = new TreeSet<>(before.servers().keySet());
    names.addAll(after.servers().keySet());
    for (String name : names) {
      ServerReading first =
          before.servers().getOrDefault(name, ServerReading.unknown("not asked at the beginning"));
      ServerReading last =
          after.servers().getOrDefault(name, ServerReading.unknown("not asked at the end"));
      compare(name, first, last, finding);
    }
    return finding.build();
  }

  private static void compare(
      String name, ServerReading first, ServerReading last, FindingBuilder finding) {
    Optional<String> trouble = first.trouble().or(last::trouble);
    if (trouble.isPresent()) {
      finding.unknown(name, trouble.get());
      return;
    }
    if (!first.startedAt().equals(last.startedAt())) {
      finding.unknown(name, "it was restarted within the window");
      return;
    }
    if (!last.calls().keySet().containsAll(first.calls().keySet())) {
      finding.unknown(name, "some of its counters are gone: it was restarted within the window");
      return;
    }
    long grown = 0;
    List<String> where = new ArrayList<>();
    for (Map.Entry<String, Double> series : new TreeMap<>(last.calls()).entrySet()) {
      double grew = series.getValue() - first.calls().getOrDefault(series.getKey(), 0.0);
      if (grew < 0) {
        finding.unknown(name, "its counters went back: it was restarted within the window");
        return;
      }
      if (grew > 0) {
        grown += Math.round(Math.ceil(grew));
        where.add(series.getKey() + " +" + Math.round(Math.ceil(grew)));
      }
    }
    finding.counted(
        name, grown, "counted" + (where.isEmpty() ? "" : " (" + String.join(", ", where) + ")"));
  }

  private boolean isFresh(HostReading reading, FindingBuilder finding) {
    Duration age = Duration.between(reading.at(), after.at());
    if (age.compareTo(plan.maxAge()) <= 0) {
      return true;
    }
    finding.unknown(reading.name(), "its report is " + age.toSeconds() + " s old");
    return false;
  }

  private String age(HostReading reading) {
    return ", reported "
        + Math.max(0, Duration.between(reading.at(), after.at()).toMillis())
        + " ms ago";
  }

  /** Those that are asked for, and in every case those that were heard of if none is. */
  private SortedSet<String> hosts() {
    SortedSet<String> hosts = new TreeSet<>(plan.hosts());
    if (hosts.isEmpty()) {
      before.processes().forEach(r -> hosts.add(r.host()));
      after.processes().forEach(r -> hosts.add(r.host()));
    }
    return hosts;
  }

  private static ZeroFinding nobodyIsNoProof(FindingBuilder finding) {
    ZeroFinding built = finding.build();
    if (built.details().isEmpty()) {
      finding.unknown("hosts", "none reports, and none is named");
      return finding.build();
    }
    return built;
  }

  private static List<HostReading> of(ZeroReadings readings, String host) {
    return readings.processes().stream().filter(r -> r.host().equals(host)).toList();
  }

  private static Map<String, HostReading> byProcess(List<HostReading> readings) {
    Map<String, HostReading> byProcess = new TreeMap<>();
    readings.forEach(r -> byProcess.put(r.process(), r));
    return byProcess;
  }
}
