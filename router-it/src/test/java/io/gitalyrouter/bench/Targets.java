package io.gitalyrouter.bench;

import io.gitalyrouter.bench.MacroRounds.Result;
import io.gitalyrouter.bench.NoopRouter.Way;
import io.gitalyrouter.bench.WrapperRounds.Cost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the router promises, and whether it kept it. */
final class Targets {
  private static final int MANY_STORAGES = 10_000;

  private final Measured measured;
  private final List<Target> targets = new ArrayList<>();

  private Targets(Measured measured) {
    this.measured = measured;
  }

  /**
   * A target.
   *
   * @param limit what it says
   * @param isUpper whether the limit is the most, or the least
   */
  record Target(String what, double limit, boolean isUpper, double value, String unit) {
    boolean isMet() {
      return isUpper ? value <= limit : value >= limit;
    }

    String row() {
      return String.format(
          Locale.ROOT,
          "| %s | %s %s%s | %s%s | %s |",
          what,
          isUpper ? "<=" : ">=",
          number(limit),
          unit,
          number(value),
          unit,
          isMet() ? "yes" : "**no**");
    }

    private static String number(double value) {
      return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.3f", value)
          .replaceFirst("\\.?0+$", value >= 100 ? "$0" : "");
    }
  }

  static List<Target> of(Measured measured) {
    Targets targets = new Targets(measured);
    targets.wrapper(Way.LOCAL, "local", 700, 500);
    targets.wrapper(Way.NETWORK, "network", 1200, 900);
    targets.scaling(Way.LOCAL_UNMETERED, "local, no meters");
    targets.scaling(Way.NETWORK_UNMETERED, "network, no meters");
    targets.macro();
    targets.stream();
    targets.idle();
    return targets.targets;
  }

  private void atMost(String what, double limit, double value, String unit) {
    targets.add(new Target(what, limit, /* isUpper= */ true, value, unit));
  }

  private void atLeast(String what, double limit, double value) {
    targets.add(new Target(what, limit, /* isUpper= */ false, value, ""));
  }

  private void wrapper(Way way, String name, double nanos, double bytes) {
    Optional<Cost> one = cost(way, 1, 1);
    one.ifPresent(
        cost -> {
          atMost("wrapper, " + name + ": time", nanos, cost.addedNanos().median(), " ns");
          atMost("wrapper, " + name + ": allocated", bytes, cost.addedBytes().median(), " B");
        });
    Optional<Cost> many = cost(way, 1, MANY_STORAGES);
    if (one.isPresent() && many.isPresent()) {
      atMost(
          "wrapper, " + name + ": 10,000 storages beside one",
          1.1,
          routed(many.get(), WrapperRounds.Run::cpuNanosPerCall)
              / routed(one.get(), WrapperRounds.Run::cpuNanosPerCall),
          "");
    }
    scaling(way, name);
  }

  private void scaling(Way way, String name) {
    Optional<Cost> one = cost(way, 1, 1);
    Optional<Cost> threads = cost(way, 16, 1);
    if (one.isPresent() && threads.isPresent()) {
      double ours =
          routed(one.get(), WrapperRounds.Run::nanosPerCall)
              / routed(threads.get(), WrapperRounds.Run::nanosPerCall);
      double bare = bareWall(one.get()) / bareWall(threads.get());
      atLeast("wrapper, " + name + ": scaling to 16 threads beside the no-op's", 0.85, ours / bare);
    }
  }

  private Optional<Cost> cost(Way way, int threads, int storages) {
    return measured.costs.stream()
        .filter(c -> c.way() == way && c.threads() == threads && c.storages() == storages)
        .findFirst();
  }

  private static double routed(Cost cost, ToDoubleFunction<WrapperRounds.Run> nanos) {
    return Samples.of(cost.pairs(), pair -> nanos.applyAsDouble(pair.routed())).median();
  }

  private static double bareWall(Cost cost) {
    return Samples.of(cost.pairs(), pair -> pair.bare().nanosPerCall()).median();
  }

  private void macro() {
    Result result = find(MacroRounds.Shape::isTarget);
    if (result == null) {
      return;
    }
    String where = "unary, 64 in flight, unix socket: ";
    Comparison local = of(result, Contender.ROUTER_LOCAL);
    Comparison network = of(result, Contender.ROUTER_NETWORK);
    atLeast(where + "throughput, local route, beside plain", 0.97, local.throughput().median());
    atLeast(where + "throughput, replay armed, beside plain", 0.95, network.throughput().median());
    atMost(where + "client CPU a call, local route, beside plain", 1.05, local.cpu().median(), "");
    atMost(
        where + "client CPU a call, replay armed, beside plain", 1.05, network.cpu().median(), "");
    beside(result, where, Contender.ARMERIA_RETRY, 1.3);
    beside(result, where, Contender.BREAKER_INTERCEPTOR, 1.0);
    beside(result, where, Contender.HAPROXY, 1.5);
  }

  private void beside(Result result, String where, Contender other, double limit) {
    Comparison router = of(result, Contender.ROUTER_LOCAL);
    result.comparisons().stream()
        .filter(comparison -> comparison.contender() == other)
        .findFirst()
        .ifPresent(
            comparison -> {
              ToDoubleFunction<Integer> ratio =
                  round ->
                      router.rounds().get(round).throughput()
                          / comparison.rounds().get(round).throughput();
              List<Integer> rounds = IntStream.range(0, router.rounds().size()).boxed().toList();
              atLeast(
                  where + "throughput, local route, beside " + other.label(),
                  limit,
                  Samples.of(rounds, ratio).median());
            });
  }

  private void stream() {
    Result result = find(MacroRounds.Shape::isStream);
    if (result != null) {
      String where = result.shape().workload().name() + ", unix socket: throughput, ";
      atLeast(
          where + "local route, beside plain",
          0.98,
          of(result, Contender.ROUTER_LOCAL).throughput().median());
      atLeast(
          where + "replay armed, beside plain",
          0.98,
          of(result, Contender.ROUTER_NETWORK).throughput().median());
    }
    for (ReplayHeap heap : measured.replays) {
      atMost(
          "heap kept for replay, a call that sent "
              + (heap.sentBytes() >> 10)
              + " KiB before its answer",
          1024,
          heap.keptBytes() / 1024.0,
          " KiB");
      atMost("the same after its answer", 0, heap.keptAfterAnswerBytes() / 1024.0, " KiB");
    }
  }

  private void idle() {
    for (IdleCost idle : measured.idle) {
      String what = idle.storages() + " storages, no traffic: ";
      atMost(what + "heap", 40, idle.heapBytes() / 1e6, " MB");
      atMost(what + "connections", 0, (double) idle.connections(), "");
      atMost(what + "load time", 1000, idle.loadNanos() / 1e6, " ms");
    }
    if (!measured.swaps.isEmpty()) {
      atMost(
          "swap of a table of 10,000 storages: what it adds to the longest call",
          1,
          Samples.of(measured.swaps, SwapCost.Swap::addedNanos).median() / 1e6,
          " ms");
    }
  }

  private @Nullable Result find(Predicate<MacroRounds.Shape> wanted) {
    return measured.macro.stream()
        .filter(result -> result.shape().transport() == Transport.UNIX)
        .filter(result -> wanted.test(result.shape()))
        .findFirst()
        .orElse(null);
  }

  private static Comparison of(Result result, Contender contender) {
    return result.comparisons().stream()
        .filter(comparison -> comparison.contender() == contender)
        .findFirst()
        .orElseThrow();
  }
}
