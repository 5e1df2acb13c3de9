package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Route;
import io.gitalyrouter.timing.TimingKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The strata of a comparison, a method of a storage each, and the groups that are reported: all,
 * every storage, every stratum. Methods with too few calls anywhere are one stratum of their
 * storage; what is still too little is left out, and counted. <em>Immutable.</em>
 */
final class Strata {
  /** With fewer calls a distribution is noise. */
  private static final int MIN_CALLS = 20;

  private static final String OTHERS = "(other methods)";

  /** Calls whose end depends on how fast the client sends; they are not timed. */
  private static final Set<String> CLIENT_BOUND = Set.of("client_streaming", "bidi_streaming");

  /**
   * A set of strata that is reported together. <em>Immutable.</em>
   *
   * @param kind {@code all}, {@code storage} or {@code method}
   */
  record Group(String kind, String name, List<Integer> strata) {}

  private record Stratum(String storage, String method) {
    Stratum others() {
      return new Stratum(storage, OTHERS);
    }
  }

  /** Calls by arm and cell; a cell is the unit that must have enough. */
  private final Map<Stratum, Map<String, Long>> cells =
      new TreeMap<>(
          java.util.Comparator.comparing(Stratum::storage).thenComparing(Stratum::method));

  private final Map<Stratum, Integer> numbers = new HashMap<>();
  private final List<Stratum> kept = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();
  private final List<List<Integer>> groupsOf = new ArrayList<>();
  private final List<long[]> calls = new ArrayList<>();
  private long leftOut;
  private long clientBound;

  private Strata() {}

  static Strata of(ComparisonPlan plan, Assigned assigned) {
    Strata strata = new Strata();
    Set<String> needed = new TreeSet<>();
    for (Assigned.Slot slot : assigned.slots()) {
      String cell =
          plan.design().isInterleaved() ? slot.arm().label() : slot.arm().label() + slot.cluster();
      needed.add(cell);
      strata.count(slot, cell);
    }
    strata.choose(needed);
    strata.group();
    for (Assigned.Slot slot : assigned.slots()) {
      int number = strata.of(slot.counts().key());
      if (number >= 0) {
        strata.calls.get(number)[Sample.arm(slot.arm())] += slot.counts().counts().calls();
      }
    }
    return strata;
  }

  /** Whether a call's end depends on how fast its client sends. */
  static boolean isClientBound(TimingKey key) {
    return CLIENT_BOUND.contains(key.type());
  }

  private void count(Assigned.Slot slot, String cell) {
    TimingKey key = slot.counts().key();
    long here = slot.counts().counts().calls();
    if (isClientBound(key)) {
      clientBound += here;
    } else {
      cells
          .computeIfAbsent(new Stratum(key.storage(), key.method()), made -> new TreeMap<>())
          .merge(cell, here, Long::sum);
    }
  }

  private void choose(Set<String> needed) {
    Map<Stratum, Map<String, Long>> others = new HashMap<>();
    Map<Stratum, List<Stratum>> members = new HashMap<>();
    cells.forEach(
        (stratum, counts) -> {
          if (isEnough(counts, needed)) {
            keep(stratum, List.of(stratum));
          } else {
            members.computeIfAbsent(stratum.others(), made -> new ArrayList<>()).add(stratum);
            Map<String, Long> sum =
                others.computeIfAbsent(stratum.others(), made -> new TreeMap<>());
            counts.forEach((cell, more) -> sum.merge(cell, more, Long::sum));
          }
        });
    others.forEach(
        (stratum, counts) -> {
          if (isEnough(counts, needed)) {
            keep(stratum, members.getOrDefault(stratum, List.of()));
          } else {
            leftOut += counts.values().stream().mapToLong(Long::longValue).sum();
          }
        });
  }

  private static boolean isEnough(Map<String, Long> counts, Set<String> needed) {
    return needed.stream().allMatch(cell -> counts.getOrDefault(cell, 0L) >= MIN_CALLS);
  }

  private void keep(Stratum stratum, List<Stratum> members) {
    members.forEach(member -> numbers.put(member, kept.size()));
    kept.add(stratum);
    calls.add(new long[2]);
  }

  private void group() {
    add(new Group("all", "all calls", all()));
    Set<String> storages = new TreeSet<>();
    kept.forEach(stratum -> storages.add(stratum.storage()));
    for (String storage : storages) {
      add(
          new Group(
              "storage",
              storage,
              all().stream().filter(i -> kept.get(i).storage().equals(storage)).toList()));
    }
    for (int i = 0; i < kept.size(); i++) {
      add(new Group("method", kept.get(i).storage() + " " + kept.get(i).method(), List.of(i)));
    }
    for (int i = 0; i < kept.size(); i++) {
      int stratum = i;
      groupsOf.add(
          java.util.stream.IntStream.range(0, groups.size())
              .filter(group -> groups.get(group).strata().contains(stratum))
              .boxed()
              .toList());
    }
  }

  private void add(Group group) {
    groups.add(group);
  }

  private List<Integer> all() {
    return java.util.stream.IntStream.range(0, kept.size()).boxed().toList();
  }

  /** The number of a key's stratum; negative if it is in none. */
  int of(TimingKey key) {
    return isClientBound(key)
        ? -1
        : numbers.getOrDefault(new Stratum(key.storage(), key.method()), -1);
  }

  int count() {
    return kept.size();
  }

  String name(int stratum) {
    return kept.get(stratum).storage() + " " + kept.get(stratum).method();
  }

  /** The stratum's share of the local arm's calls: the one mix in which both arms are seen. */
  double mix(int stratum) {
    double local = calls.stream().mapToLong(arms -> arms[0]).sum();
    return calls.get(stratum)[0] / local;
  }

  long calls(int stratum, Route arm) {
    return calls.get(stratum)[Sample.arm(arm)];
  }

  long calls(Group group, Route arm) {
    return group.strata().stream().mapToLong(stratum -> calls(stratum, arm)).sum();
  }

  List<Group> groups() {
    return groups;
  }

  List<Integer> groupsOf(int stratum) {
    return groupsOf.get(stratum);
  }

  /** Calls of strata that are too small. */
  long leftOut() {
    return leftOut;
  }

  /** Calls that are not timed because their client sets the pace. */
  long clientBound() {
    return clientBound;
  }
}
