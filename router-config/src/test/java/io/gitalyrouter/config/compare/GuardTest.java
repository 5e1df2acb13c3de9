package io.gitalyrouter.config.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.timing.TimingKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the guard says of calls whose truth is known. A scan looks after every slot and remembers,
 * so that one scan is a look after each.
 */
final class GuardTest {
  private static final int RUNS = 200;
  private static final int LONG = 360;

  /** Calls of two methods with bursts of failures and of slowness that both arms share. */
  private static final class Calls {
    private static final double BUCKET = 0.008;

    final SplittableRandom random;
    final Design design;
    double percent = 50;
    double failing;
    double slowing;
    double moving;
    int perSlot = 60;

    Calls(Design design, long seed) {
      this.design = design;
      this.random = new SplittableRandom(seed);
    }

    TimingData slots(int count) {
      List<SlotCounts> slots = new ArrayList<>();
      double state = 0;
      for (int slot = 0; slot < count; slot++) {
        state = 0.8 * state + 0.3 * random.nextGaussian();
        add(slots, slot, Math.exp(state), random.nextInt(50) == 0 ? 0.05 : 0.002);
      }
      return new TimingData(slots, List.of(), List.of(), 0);
    }

    private void add(List<SlotCounts> slots, int slot, double disturbance, double failed) {
      Map<String, TreeMap<Integer, Long>> cells = new TreeMap<>();
      Map<String, TimingKey> keys = new TreeMap<>();
      boolean network = false;
      boolean sick = false;
      double together = 1;
      for (int i = 0; i < perSlot; i++) {
        if (design == Design.RPC || i % 5 == 0) {
          network = random.nextDouble() < percent / 100;
          sick = random.nextDouble() < failed;
          together = Math.exp(0.3 * random.nextGaussian());
        }
        boolean fails = sick || (network && random.nextDouble() < failing);
        boolean moved = network && random.nextDouble() < moving;
        double millis = 3 * Math.exp(0.6 * random.nextGaussian()) * disturbance * together;
        millis *= network && random.nextDouble() < slowing ? 20 : 1;
        TimingKey key = key(i % 3 == 0 ? "a" : "b", network, moved, fails);
        keys.put(key.toTag(), key);
        cells
            .computeIfAbsent(key.toTag(), made -> new TreeMap<>())
            .merge((int) Math.floor(Math.log(millis * 1e6) / BUCKET), 1L, Long::sum);
      }
      long start = SyntheticLog.FROM.toEpochMilli() + 10_000L * slot;
      keys.forEach(
          (tag, key) ->
              slots.add(
                  new SlotCounts(
                      key,
                      start,
                      start + 10_000,
                      counts(cells.getOrDefault(tag, new TreeMap<>())))));
    }

    private static Counts counts(Map<Integer, Long> buckets) {
      return new Counts(
          buckets.keySet().stream().mapToLong(i -> (long) Math.exp(i * BUCKET)).toArray(),
          buckets.keySet().stream().mapToLong(i -> (long) Math.exp((i + 1) * BUCKET)).toArray(),
          buckets.values().stream().mapToLong(Long::longValue).toArray());
    }

    private static TimingKey key(String method, boolean network, boolean moved, boolean fails) {
      return new TimingKey(
          "git01",
          "nfs-file01",
          method,
          "unary",
          network ? Route.NETWORK : Route.LOCAL,
          network && !moved ? Route.NETWORK : Route.LOCAL,
          network ? Reason.ROLE : Reason.BUCKET,
          fails ? "UNAVAILABLE" : "OK");
    }

    GuardPlan plan() {
      return new GuardPlan(
          design, percent, SyntheticLog.FROM, GuardPlan.DEFAULT_ALPHA, Margins.DEFAULT);
    }

    GuardReport watch(int count) {
      return Guard.watch(plan(), slots(count));
    }
  }

  private interface Shape {
    void of(Calls calls);
  }

  /** The runs with an objection. */
  private static int objections(Design design, int slots, Shape shape) {
    return (int)
        IntStream.range(0, RUNS)
            .parallel()
            .filter(
                run -> {
                  Calls calls = new Calls(design, 40_000 + run);
                  shape.of(calls);
                  return calls.watch(slots).objection().isPresent();
                })
            .count();
  }

  private static void told(String what, int objections) {
    Logger.getLogger(GuardTest.class.getName())
        .info(what + ": objections in " + objections + " of " + RUNS + " runs");
  }

  @ParameterizedTest
  @EnumSource(
      value = Design.class,
      names = {"RPC", "REQUEST"})
  void without_an_effect_a_look_after_every_slot_of_an_hour_objects_seldom(Design design) {
    for (double percent : new double[] {1, 50}) {
      int objections = objections(design, LONG, calls -> calls.percent = percent);
      told(design + " at " + percent + " %, no effect", objections);
      assertThat(objections).isLessThanOrEqualTo(RUNS / 20);
    }
  }

  @Test
  void failures_of_three_percent_are_found_within_1_500_calls_of_the_network_arm() {
    int found = objections(Design.RPC, 50, calls -> calls.failing = 0.03);
    told("3 % of the network arm fail, 1,500 calls of it", found);
    assertThat(found).isGreaterThanOrEqualTo(RUNS * 95 / 100);
  }

  @Test
  void failures_at_one_percent_of_the_calls_are_found_within_200_calls_of_the_network_arm() {
    int found =
        objections(
            Design.RPC,
            200,
            calls -> {
              calls.percent = 1;
              calls.perSlot = 100;
              calls.failing = 0.1;
            });
    told("10 % of the network arm fail, at 1 %, 200 calls of it", found);
    assertThat(found).isGreaterThanOrEqualTo(RUNS * 95 / 100);
  }

  @Test
  void slow_calls_of_three_percent_are_found_within_3_000_calls_of_the_network_arm() {
    int found = objections(Design.RPC, 100, calls -> calls.slowing = 0.03);
    told("3 % of the network arm are slow, 3,000 calls of it", found);
    assertThat(found).isGreaterThanOrEqualTo(RUNS * 95 / 100);
  }

  @Test
  void fallbacks_of_ten_percent_are_found_within_1_500_calls_of_the_network_arm() {
    for (Design design : new Design[] {Design.RPC, Design.REQUEST}) {
      int found = objections(design, 50, calls -> calls.moving = 0.1);
      told(design + ", 10 % of the network arm served locally, 1,500 calls of it", found);
      assertThat(found).isGreaterThanOrEqualTo(RUNS * 95 / 100);
    }
  }

  @Test
  void failures_of_whole_requests_are_found_too() {
    int found = objections(Design.REQUEST, 200, calls -> calls.failing = 0.1);
    told("REQUEST, 10 % of the network arm fail, 6,000 calls of it", found);
    assertThat(found).isGreaterThanOrEqualTo(RUNS * 95 / 100);
  }

  @Test
  void more_than_nothing_but_less_than_the_margin_is_no_objection() {
    Margins wide = new Margins(Margins.DEFAULT.latency(), 0.95, 0.05, 0.01);
    Calls calls = new Calls(Design.RPC, 7);
    calls.failing = 0.03;
    GuardPlan plan =
        new GuardPlan(Design.RPC, 50, SyntheticLog.FROM, GuardPlan.DEFAULT_ALPHA, wide);
    GuardReport report = Guard.watch(plan, calls.slots(LONG));
    assertThat(report.signals().get(0).evidence()).as("it is seen").isGreaterThan(1_000);
    assertThat(report.objection()).isEmpty();
  }

  @Test
  void objection_stays_what_it_was_at_the_first_look_that_had_it() {
    Calls calls = new Calls(Design.RPC, 7);
    calls.failing = 0.03;
    TimingData all = calls.slots(LONG);
    Optional<String> first = Optional.empty();
    for (int slots = 1; slots <= LONG && first.isEmpty(); slots++) {
      long end = SyntheticLog.FROM.toEpochMilli() + 10_000L * slots;
      List<SlotCounts> some = all.slots().stream().filter(slot -> slot.endMillis() <= end).toList();
      first = Guard.watch(calls.plan(), new TimingData(some, List.of(), List.of(), 0)).objection();
    }
    assertThat(first).isPresent();
    assertThat(first.orElseThrow()).startsWith("failed calls: ").contains(" of the local arm");
    assertThat(Guard.watch(calls.plan(), all).objection()).isEqualTo(first);
  }
}
