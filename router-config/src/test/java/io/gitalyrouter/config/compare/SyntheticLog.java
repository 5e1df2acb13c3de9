package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.timing.TimingKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/**
 * Timing data whose truth is known: durations are log-normal with a heavy tail, every moment has a
 * disturbance that all hosts and both arms share and that lasts, hosts differ, and the network side
 * is slower by a factor. The same seed gives the same data.
 */
final class SyntheticLog {
  static final Instant FROM = Instant.parse("2026-11-24T12:00:00Z");
  private static final int SLOT_SECONDS = 10;
  private static final String SLOW = "gitaly.RepositoryService/GetArchive";
  private static final String FAST = "gitaly.CommitService/FindCommit";

  final Design design;
  final SplittableRandom random;

  int hosts = 1;
  int treated = 0;
  int slots = 180;
  int callsPerSlot = 60;
  double factor = 1;
  double hostSpread = 0.1;
  double disturbance = 0.3;
  double networkSlowShare = 0.25;
  double localSlowShare = 0.25;
  int blockSlots = 30;
  double tripped = 0;
  double failing = 0;
  double percent = 50;

  SyntheticLog(Design design, long seed) {
    this.design = design;
    this.random = new SplittableRandom(seed);
  }

  Instant until() {
    return FROM.plusSeconds((long) slots * SLOT_SECONDS);
  }

  ComparisonPlan plan() {
    return ComparisonPlan.of(design, FROM, until());
  }

  private record Host(String name, boolean treated, double factor, int phase) {}

  private record Request(boolean network, double factor) {}

  TimingData data() {
    List<Host> all = new ArrayList<>();
    for (int i = 0; i < hosts; i++) {
      all.add(
          new Host(
              String.format("git%02d", i + 1),
              i < treated,
              Math.exp(hostSpread * random.nextGaussian()),
              random.nextInt(2)));
    }
    List<SlotCounts> data = new ArrayList<>();
    double state = random.nextGaussian();
    for (int slot = 0; slot < slots; slot++) {
      state = 0.8 * state + 0.6 * random.nextGaussian();
      double moment = Math.exp(disturbance * state);
      boolean open = random.nextDouble() < tripped;
      for (Host host : all) {
        add(data, host, slot, moment, open);
      }
    }
    return new TimingData(data, List.of(), List.of("synthetic"), 0);
  }

  private void add(List<SlotCounts> data, Host host, int slot, double moment, boolean open) {
    Map<TimingKey, Histogram> histograms = new LinkedHashMap<>();
    int calls = (int) Math.round(callsPerSlot * Math.exp(0.3 * random.nextGaussian()));
    Request request = request(host, slot);
    for (int i = 0; i < calls; i++) {
      if (design != Design.REQUEST || random.nextInt(5) == 0) {
        request = request(host, slot);
      }
      TimingKey key = key(host, request, open);
      double nanos =
          (key.method().equals(SLOW) ? 20e6 : 2e6)
              * Math.exp(0.6 * random.nextGaussian())
              * (random.nextInt(50) == 0 ? 6 : 1)
              * moment
              * host.factor()
              * request.factor()
              * (request.network() ? factor : 1);
      if (key.served() != key.arm()) {
        nanos += 1e9;
      }
      histograms
          .computeIfAbsent(key, made -> new Histogram(1_000, 3_600_000_000_000L, 2))
          .recordValue((long) nanos);
    }
    long start = FROM.toEpochMilli() + 1_000L * slot * SLOT_SECONDS;
    histograms.forEach(
        (key, histogram) ->
            data.add(
                new SlotCounts(
                    key, start + 3, start + 1_000L * SLOT_SECONDS + 3, Counts.of(histogram))));
  }

  private Request request(Host host, int slot) {
    boolean network =
        switch (design) {
          case RPC, REQUEST -> random.nextDouble() < percent / 100;
          case HOST -> host.treated();
          case SWITCHBACK -> isOn(host, slot / blockSlots);
        };
    return new Request(
        network, design == Design.REQUEST ? Math.exp(0.3 * random.nextGaussian()) : 1);
  }

  /** On-off, off-on, on-off: a trend falls on both arms. */
  private static boolean isOn(Host host, int block) {
    int place = (block + 2 * host.phase()) % 4;
    return place == 0 || place == 3;
  }

  private TimingKey key(Host host, Request request, boolean open) {
    boolean network = request.network();
    boolean moved = network && open;
    String method =
        random.nextDouble() < (network ? networkSlowShare : localSlowShare) ? SLOW : FAST;
    Reason local = design.isInterleaved() ? Reason.BUCKET : Reason.ROLE_OFF;
    return new TimingKey(
        host.name(),
        "nfs-file01",
        method,
        "unary",
        network ? Route.NETWORK : Route.LOCAL,
        network && !moved ? Route.NETWORK : Route.LOCAL,
        network ? Reason.ROLE : local,
        network && random.nextDouble() < failing ? "UNAVAILABLE" : "OK");
  }
}
