package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The slots with their arm and their cluster: what varies together is in one cluster.
 * <em>Immutable.</em>
 *
 * @param slots what is compared
 * @param clusters the clusters' names
 * @param dropped calls in blocks without a partner
 */
record Assigned(List<Slot> slots, List<String> clusters, long dropped) {
  /** More clusters than this gain nothing, and fewer let a disturbance span two of them less. */
  private static final int MAX_CLUSTERS = 60;

  /** A slot's counts. <em>Immutable.</em> */
  record Slot(SlotCounts counts, Route arm, int cluster) {}

  static Assigned of(ComparisonPlan plan, List<SlotCounts> slots) {
    return switch (plan.design()) {
      case RPC, REQUEST -> byTime(plan, slots);
      case HOST -> byHost(slots);
      case SWITCHBACK -> SwitchbackBlocks.pair(plan, slots);
    };
  }

  /** All hosts of one moment together: they share the disk. */
  private static Assigned byTime(ComparisonPlan plan, List<SlotCounts> slots) {
    TreeSet<Long> times = new TreeSet<>();
    for (SlotCounts slot : slots) {
      times.add(number(plan, slot));
    }
    int perCluster = Math.max(1, (times.size() + MAX_CLUSTERS - 1) / MAX_CLUSTERS);
    Map<Long, Integer> clusterOf = new TreeMap<>();
    List<String> names = new ArrayList<>();
    for (long time : times) {
      int cluster = clusterOf.size() / perCluster;
      clusterOf.put(time, cluster);
      if (cluster == names.size()) {
        names.add(java.time.Instant.ofEpochMilli(time * plan.slot().toMillis()).toString());
      }
    }
    List<Slot> assigned = new ArrayList<>();
    for (SlotCounts slot : slots) {
      int cluster = clusterOf.getOrDefault(number(plan, slot), 0);
      assigned.add(new Slot(slot, slot.key().arm(), cluster));
    }
    return new Assigned(assigned, names, 0);
  }

  static long number(ComparisonPlan plan, SlotCounts slot) {
    return Math.floorDiv(slot.middleMillis(), plan.slot().toMillis());
  }

  /** A host belongs whole to the arm of most of its calls, whatever the rest of them did. */
  private static Assigned byHost(List<SlotCounts> slots) {
    Map<String, Long> balance = new TreeMap<>();
    for (SlotCounts slot : slots) {
      balance.merge(slot.key().host(), signed(slot), Long::sum);
    }
    List<String> names = List.copyOf(balance.keySet());
    List<Slot> assigned = new ArrayList<>();
    for (SlotCounts slot : slots) {
      String host = slot.key().host();
      assigned.add(new Slot(slot, armOf(balance.getOrDefault(host, 0L)), names.indexOf(host)));
    }
    return new Assigned(assigned, names, 0);
  }

  /** Calls, counted positive for the network arm. */
  static long signed(SlotCounts slot) {
    long calls = slot.counts().calls();
    return slot.key().arm() == Route.NETWORK ? calls : -calls;
  }

  static Route armOf(long balance) {
    return balance > 0 ? Route.NETWORK : Route.LOCAL;
  }
}
