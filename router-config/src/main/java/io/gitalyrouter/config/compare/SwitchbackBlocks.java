package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The blocks of a switchback, in pairs: slow changes of the load fall on both blocks of a pair. All
 * hosts share the pairs, as they share the disturbances of their time.
 */
final class SwitchbackBlocks {
  private SwitchbackBlocks() {}

  static Assigned pair(ComparisonPlan plan, List<SlotCounts> slots) {
    Map<String, Map<Long, Long>> balances = new TreeMap<>();
    for (SlotCounts slot : slots) {
      balances
          .computeIfAbsent(slot.key().host(), host -> new TreeMap<>())
          .merge(block(plan, slot), Assigned.signed(slot), Long::sum);
    }
    Map<Long, Integer> clusterOf = new TreeMap<>();
    List<String> names = new ArrayList<>();
    List<Assigned.Slot> assigned = new ArrayList<>();
    long dropped = 0;
    for (SlotCounts slot : slots) {
      Map<Long, Long> balance = balances.getOrDefault(slot.key().host(), Map.of());
      long block = block(plan, slot);
      Long own = balance.get(block);
      Long partner = balance.get(block ^ 1);
      if (own == null || partner == null || Assigned.armOf(own) == Assigned.armOf(partner)) {
        dropped += slot.counts().calls();
        continue;
      }
      long pair = block >> 1;
      Integer cluster = clusterOf.get(pair);
      if (cluster == null) {
        cluster = names.size();
        clusterOf.put(pair, cluster);
        names.add(begin(plan, 2 * pair).toString());
      }
      Route arm = Assigned.armOf(own);
      assigned.add(new Assigned.Slot(slot, arm, cluster));
    }
    return new Assigned(assigned, names, dropped);
  }

  private static long block(ComparisonPlan plan, SlotCounts slot) {
    return Math.floorDiv(slot.middleMillis() - plan.from().toEpochMilli(), plan.block().toMillis());
  }

  private static Instant begin(ComparisonPlan plan, long block) {
    return plan.from().plus(plan.block().multipliedBy(block));
  }
}
