package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Reason;
import io.gitalyrouter.timing.TimingMark;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The slots that a comparison uses, and how many calls it left out for what reason. What an arm
 * itself brings about (a trip, a fallback, an endpoint that is down) never cuts anything.
 * <em>Immutable.</em>
 *
 * @param slots what is used
 * @param leftOut calls by the reason why they are not
 * @param marks the marks inside the window
 */
record Selection(List<SlotCounts> slots, Map<String, Long> leftOut, List<HostMark> marks) {
  static final String SETTLING = "settling after a start, a toggle or a new table";
  static final String NOT_DRAWN = "not drawn by the role (forced, overridden, or the role was off)";

  static final String NOT_OF_THE_ROLE = "of methods that the role is not about";

  private static final Set<TimingMark.Kind> UNSETTLING =
      EnumSet.of(
          TimingMark.Kind.START,
          TimingMark.Kind.ASSIGNMENT,
          TimingMark.Kind.TABLE,
          TimingMark.Kind.FORCED_LOCAL,
          TimingMark.Kind.RESUMED);

  static final Set<Reason> NOT_BY_ROLE =
      EnumSet.of(
          Reason.FORCED_LOCAL,
          Reason.OVERRIDE,
          Reason.NO_NETWORK,
          Reason.ROLE_OFF,
          Reason.METHOD_RULE);

  static Selection of(ComparisonPlan plan, TimingData data, Window window) {
    Map<String, List<Long>> unsettled = new TreeMap<>();
    List<HostMark> inside = new ArrayList<>();
    for (HostMark mark : data.marks()) {
      long at = mark.mark().at().toEpochMilli();
      if (UNSETTLING.contains(mark.mark().kind())) {
        unsettled.computeIfAbsent(mark.host(), host -> new ArrayList<>()).add(at);
      }
      if (window.contains(at)) {
        inside.add(mark);
      }
    }
    List<SlotCounts> used = new ArrayList<>();
    Map<String, Long> leftOut = new TreeMap<>();
    Set<String> ruledOut = ruledOut(data, window);
    for (SlotCounts slot : data.slots()) {
      if (!window.contains(slot.middleMillis())) {
        continue;
      }
      String why =
          ruledOut.contains(method(slot))
              ? NOT_OF_THE_ROLE
              : whyNot(plan, slot, unsettled.getOrDefault(slot.key().host(), List.of()));
      if (why.isEmpty()) {
        used.add(slot);
      } else {
        leftOut.merge(why, slot.counts().calls(), Long::sum);
      }
    }
    return new Selection(List.copyOf(used), leftOut, List.copyOf(inside));
  }

  /**
   * Methods that a rule keeps out of the role: all their calls go, in either arm. Where the role is
   * off, nothing else tells that they could never have gone to the network side.
   */
  private static Set<String> ruledOut(TimingData data, Window window) {
    Set<String> methods = new TreeSet<>();
    for (SlotCounts slot : data.slots()) {
      if (slot.key().reason() == Reason.METHOD_RULE && window.contains(slot.middleMillis())) {
        methods.add(method(slot));
      }
    }
    return methods;
  }

  static String method(SlotCounts slot) {
    return slot.key().storage() + " " + slot.key().method();
  }

  private static String whyNot(ComparisonPlan plan, SlotCounts slot, List<Long> unsettled) {
    long settle = plan.settle().toMillis();
    for (long at : unsettled) {
      if (slot.endMillis() > at && slot.startMillis() < at + settle) {
        return SETTLING;
      }
    }
    Reason reason = slot.key().reason();
    boolean drawn =
        plan.design().isInterleaved() ? !NOT_BY_ROLE.contains(reason) : reason != Reason.OVERRIDE;
    return drawn ? "" : NOT_DRAWN;
  }

  long calls() {
    return slots.stream().mapToLong(slot -> slot.counts().calls()).sum();
  }
}
