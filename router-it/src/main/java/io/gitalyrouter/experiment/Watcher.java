package io.gitalyrouter.experiment;

import io.gitalyrouter.worker.proto.CallCount;
import io.gitalyrouter.worker.proto.ReadStatsRequest;
import io.gitalyrouter.worker.proto.ReadStatsResponse;
import io.gitalyrouter.worker.proto.ReadStatusRequest;
import io.gitalyrouter.worker.proto.ReadStatusResponse;
import io.gitalyrouter.worker.proto.StorageState;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Lets time pass while people watch, and waits for things to come about. <em>Not thread-safe;
 * confined to the main thread.</em>
 */
final class Watcher {
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Rig rig;
  private final Plan plan;
  private final Screen screen;
  private final Interruption interruption;
  private Phase phase = Phase.DARK;
  private long phaseStartNanos = System.nanoTime();
  private long lastShownNanos = System.nanoTime();
  private String networkServer = "";

  Watcher(Rig rig, Plan plan, Screen screen, Interruption interruption) {
    this.rig = rig;
    this.plan = plan;
    this.screen = screen;
    this.interruption = interruption;
  }

  /** From now on this phase is shown. */
  void begin(Phase next) {
    phase = next;
    phaseStartNanos = System.nanoTime();
  }

  /** What to say of the network server; an empty text lets its own counters speak. */
  void networkServer(String state) {
    networkServer = state;
  }

  /** Lets time pass. */
  void watch(Duration duration) throws InterruptedException {
    long end = System.nanoTime() + duration.toNanos();
    long left;
    while ((left = end - System.nanoTime()) > 0) {
      interruption.pass(Duration.ofNanos(Math.min(left, INTERVAL.toNanos())));
      show();
    }
  }

  /**
   * Waits for something to come about.
   *
   * @throws ExperimentFailure if it does not within the patience
   */
  void until(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Plan.PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (end - System.nanoTime() < 0) {
        throw new ExperimentFailure(
            phase.label()
                + ": waited "
                + Plan.PATIENCE.toSeconds()
                + " s in vain until "
                + what
                + "; "
                + LiveTable.line(snapshot()));
      }
      interruption.pass(POLL);
      if (System.nanoTime() - lastShownNanos > INTERVAL.toNanos()) {
        show();
      }
    }
  }

  /** What a worker's router says of itself. */
  ReadStatusResponse status(String host) {
    return rig.worker(host).control().readStatus(ReadStatusRequest.getDefaultInstance());
  }

  /** What a worker counted. */
  ReadStatsResponse stats(String host) {
    return rig.worker(host).control().readStats(ReadStatsRequest.getDefaultInstance());
  }

  private void show() {
    lastShownNanos = System.nanoTime();
    screen.show(snapshot());
  }

  private Snapshot snapshot() {
    Duration inPhase = Duration.ofNanos(System.nanoTime() - phaseStartNanos);
    List<Snapshot.HostLine> hosts = new ArrayList<>();
    for (String host : Hosts.ALL) {
      hosts.add(hostLine(host));
    }
    return new Snapshot(
        phase, inPhase, plan.of(phase), plan.overall(phase, inPhase), hosts, networkState());
  }

  private Snapshot.HostLine hostLine(String host) {
    ReadStatsResponse stats;
    ReadStatusResponse status;
    try {
      var control = rig.worker(host).control().withDeadlineAfter(2, TimeUnit.SECONDS);
      stats = control.readStats(ReadStatsRequest.getDefaultInstance());
      status = control.readStatus(ReadStatusRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      return new Snapshot.HostLine(host, 0, 0, 0, 0, 0, 0, "does not answer");
    }
    long local = 0;
    long network = 0;
    long failed = 0;
    long p50 = 0;
    long p95 = 0;
    for (CallCount count : stats.getCountsList()) {
      if (count.getPhase().equals(phase.label())) {
        long ok = count.getStatusesMap().getOrDefault("OK", 0L);
        local += count.getRoute().equals("network") ? 0 : ok;
        network += count.getRoute().equals("network") ? ok : 0;
        failed += sum(count.getStatusesMap()) - ok;
        p50 = Math.max(p50, count.getP50Micros());
        p95 = Math.max(p95, count.getP95Micros());
      }
    }
    long moved = stats.getMovedMap().getOrDefault(phase.label(), 0L);
    return new Snapshot.HostLine(
        host, local, network, failed, moved, p50, p95, routerState(status));
  }

  private static long sum(Map<String, Long> statuses) {
    return statuses.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String routerState(ReadStatusResponse status) {
    if (status.getStoragesCount() == 0) {
      return "no storage";
    }
    StorageState storage = status.getStorages(0);
    String breaker = storage.getBreaker().isEmpty() ? "" : "/" + storage.getBreaker();
    return storage.getNetworkState() + breaker;
  }

  private String networkState() {
    if (!networkServer.isEmpty()) {
      return networkServer;
    }
    try {
      ServerCounters counters = rig.networkCounters();
      return String.format(
          Locale.ROOT,
          "%d storage calls, %d other calls, %d connections open",
          counters.storageCalls(),
          counters.otherCalls(),
          counters.connectionsOpen());
    } catch (StatusRuntimeException e) {
      return "does not answer";
    }
  }
}
