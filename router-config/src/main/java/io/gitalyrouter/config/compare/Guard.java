package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Watches calls while a share of them goes to the network side, and may be asked at any time and as
 * often as one likes: its false objections are bounded over all looks together. It only tells.
 *
 * <p>If the route made no difference, a call that fails or is slow would be one of the network arm
 * exactly as often as the draw gives calls to that arm, whatever else disturbs both. Against that
 * the guard bets, call by call where calls are drawn singly, else slot by slot. Slow is what is
 * beyond the 99th percentile of the local arm's earlier calls of that method. Fallbacks have no
 * counterpart; they are held against the margin. <em>Not thread-safe; for one scan.</em>
 */
public final class Guard {
  private static final int SIGNALS = 3;

  /** The network arm's share of slow calls must be so many times the local arm's. */
  private static final double MATERIALLY_SLOWER = 1.5;

  private final GuardPlan plan;
  private final double enough;
  private final Map<String, SlowCalls> slow = new TreeMap<>();
  private final Watched errors = new Watched("failed calls");
  private final Watched late = new Watched("calls slower than the local p99");
  private final Watched fallbacks = new Watched("served locally");

  private Optional<Instant> last = Optional.empty();

  private Guard(GuardPlan plan) {
    this.plan = plan;
    this.enough = Math.log(SIGNALS / plan.alpha());
  }

  /** Looks at the calls of whole slots from the plan's begin on. */
  public static GuardReport watch(GuardPlan plan, TimingData data) {
    Guard guard = new Guard(plan);
    long length = data.slotLength().toMillis();
    TreeMap<Long, List<SlotCounts>> slots = new TreeMap<>();
    for (SlotCounts slot : data.slots()) {
      slots
          .computeIfAbsent(Math.floorDiv(slot.middleMillis(), length), at -> new ArrayList<>())
          .add(slot);
    }
    slots.values().forEach(guard::add);
    return new GuardReport(
        guard.errors.calls(1),
        guard.errors.calls(0),
        guard.last,
        List.of(guard.errors.signal(), guard.late.signal(), guard.fallbacks.signal()));
  }

  private void add(List<SlotCounts> slot) {
    long[][] failed = new long[2][2];
    long[][] beyond = new long[2][2];
    long[] moved = new long[2];
    for (SlotCounts counts : slot) {
      if (!isWatched(counts)) {
        continue;
      }
      int arm = Sample.arm(counts.key().arm());
      long calls = counts.counts().calls();
      if (counts.key().arm() == Route.NETWORK) {
        last = Optional.of(Instant.ofEpochMilli(counts.endMillis()));
      }
      failed[arm][0] += calls;
      failed[arm][1] += Rates.isAnswer(counts.key()) ? 0 : calls;
      if (!Strata.isClientBound(counts.key())) {
        SlowCalls of = slow.computeIfAbsent(Selection.method(counts), name -> new SlowCalls());
        of.addTo(beyond[arm], counts.counts());
      }
      if (Rates.mayFallBack(counts.key())) {
        moved[0] += calls;
        moved[1] += counts.key().served() == Route.LOCAL ? calls : 0;
      }
    }
    compare(errors, failed, plan.margins().errorRate(), 1);
    compare(late, beyond, 0, MATERIALLY_SLOWER);
    hold(moved);
    learn(slot);
  }

  private boolean isWatched(SlotCounts slot) {
    return slot.startMillis() >= plan.from().toEpochMilli()
        && !Selection.NOT_BY_ROLE.contains(slot.key().reason());
  }

  /** The local arm's calls, for the slots to come: a threshold may not know its own slot. */
  private void learn(List<SlotCounts> slot) {
    for (SlotCounts counts : slot) {
      if (counts.key().arm() == Route.LOCAL && !Strata.isClientBound(counts.key())) {
        slow.computeIfAbsent(Selection.method(counts), name -> new SlowCalls())
            .learn(counts.counts());
      }
    }
  }

  /** Events in both arms: the draw alone decides in which. */
  private void compare(Watched watched, long[][] slot, double above, double times) {
    watched.count(slot);
    double drawn = plan.percent() / 100;
    long events = slot[0][1] + slot[1][1];
    if (events > 0 && drawn < 1) {
      if (plan.design() == Design.RPC) {
        watched.wealth().drawnEach(drawn, slot[1][1], events);
      } else {
        watched.wealth().drawnTogether(drawn, slot[1][1] / (double) events);
      }
    }
    boolean material = watched.share(1) > times * watched.share(0) + above;
    watched.settle(
        enough,
        material,
        String.format(
            Locale.ROOT,
            "and %.3f %% of %d of the local arm",
            100 * watched.share(0),
            watched.calls(0)));
  }

  /** Events of the network arm alone, held against the margin. */
  private void hold(long[] slot) {
    double margin = plan.margins().fallbackRate();
    fallbacks.count(new long[][] {{0, 0}, slot});
    if (slot[0] > 0 && margin > 0) {
      fallbacks.wealth().drawnTogether(margin, slot[1] / (double) slot[0]);
    }
    fallbacks.settle(
        enough,
        fallbacks.share(1) > margin,
        String.format(Locale.ROOT, "where %.2f %% may be", 100 * margin));
  }
}
