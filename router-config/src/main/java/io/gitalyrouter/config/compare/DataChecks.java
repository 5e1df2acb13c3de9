package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Reason;
import io.gitalyrouter.timing.TimingMark;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether the logs hold what the window needs. <em>Immutable.</em> */
record DataChecks(ComparisonPlan plan, TimingData data, Window window, Selection selection) {
  private static final double MAX_LOST = 0.01;
  private static final double MAX_LEFT_OUT = 0.05;

  /** The ratio of the normal quantiles of 99.5 % and 97.5 %. */
  private static final double REHEARSAL_WIDER = 1.314;

  private static final Pattern LOST = Pattern.compile("calls=(\\d+)");
  private static final Pattern SHARE = Pattern.compile("percent=(\\d+\\.\\d+)");

  /** What the arms themselves may have brought about. */
  private static final Set<TimingMark.Kind> CONSEQUENCES =
      EnumSet.of(
          TimingMark.Kind.ENDPOINT,
          TimingMark.Kind.BREAKER,
          TimingMark.Kind.STORAGE_CHECK,
          TimingMark.Kind.TROUBLE);

  List<SanityCheck> all(Strata strata, Optional<CompareReport> rehearsal) {
    return List.of(
        rehearsal(rehearsal),
        shares(),
        settling(),
        marked(),
        changes(),
        sticky(),
        gaps(),
        lost(),
        rare(strata));
  }

  static SanityCheck rehearsal(Optional<CompareReport> rehearsal) {
    String name = "A/A run";
    if (rehearsal.isEmpty()) {
      return new SanityCheck(
          name,
          SanityCheck.Result.NOT_RUN,
          "no log of a run in which both arms were served alike; the way of measuring is untried");
    }
    CompareReport report = rehearsal.get();
    double primary = report.plan().margins().primary();
    Optional<QuantileEffect.Estimate> estimate = report.overall().at(primary);
    boolean same =
        report.because().isEmpty()
            && estimate.map(found -> isAlike(found.ratio())).orElse(false)
            && report.verdict() != Verdict.WORSE
            && report.verdict() != Verdict.BETTER;
    return SanityCheck.of(
        name,
        same,
        "both arms served alike: "
            + estimate
                .map(
                    found ->
                        String.format(
                            Locale.ROOT,
                            "ratio %.4f, interval %.4f to %.4f",
                            found.ratio().estimate(),
                            found.ratio().lower(),
                            found.ratio().upper()))
                .orElse("too few data")
            + ", verdict "
            + report.verdict().label());
  }

  /** Whether a wider interval, of 99 %, contains 1: a rehearsal must seldom fail for nothing. */
  private static boolean isAlike(Interval ratio) {
    double at = Math.log(ratio.estimate());
    double side = Math.log(at > 0 ? ratio.lower() : ratio.upper());
    return Math.abs(at) <= REHEARSAL_WIDER * Math.abs(side - at);
  }

  private SanityCheck shares() {
    Set<Double> seen = new TreeSet<>();
    for (HostMark mark : selection.marks()) {
      Matcher share = SHARE.matcher(mark.mark().detail());
      if (mark.mark().kind() == TimingMark.Kind.ASSIGNMENT && share.find()) {
        seen.add(Double.valueOf(share.group(1)));
      }
    }
    boolean asPlanned =
        !plan.design().isInterleaved()
            || seen.stream().allMatch(share -> Math.abs(share - plan.percent()) < 0.005);
    return SanityCheck.of(
        "assignment",
        asPlanned,
        seen.isEmpty()
            ? "unchanged inside the window"
            : "set inside the window to percent " + seen + ", planned " + plan.percent());
  }

  private SanityCheck settling() {
    boolean marked =
        data.marks().stream().anyMatch(mark -> mark.mark().kind() != TimingMark.Kind.CHANGE);
    return SanityCheck.noted(
        "warm-up cut",
        marked,
        !marked
            ? "the logs have no marks: starts and toggles cannot be cut"
            : selection.leftOut().getOrDefault(Selection.SETTLING, 0L)
                + " calls left out within "
                + plan.settle().toSeconds()
                + " s after a start, a toggle or a new table");
  }

  private SanityCheck marked() {
    Map<String, Long> consequences =
        selection.marks().stream()
            .filter(mark -> CONSEQUENCES.contains(mark.mark().kind()))
            .collect(
                Collectors.groupingBy(
                    mark -> mark.mark().kind().label(), TreeMap::new, Collectors.counting()));
    return SanityCheck.noted(
        "marked events",
        consequences.isEmpty(),
        consequences.isEmpty()
            ? "no trip, lost endpoint or trouble inside the window"
            : "inside the window, not left out: " + consequences);
  }

  private SanityCheck changes() {
    long changes =
        selection.marks().stream()
            .filter(mark -> mark.mark().kind() == TimingMark.Kind.CHANGE)
            .count();
    return SanityCheck.noted(
        "changes",
        changes == 0,
        changes == 0
            ? "none of the document inside the window, or no audit was read"
            : changes + " of the document inside the window; see the timeline");
  }

  /**
   * Calls that follow a write of their correlation id to the other side than they were drawn for.
   * They stay in the arm that they were drawn for: to leave them out would take the readers after a
   * write from one arm only.
   */
  private SanityCheck sticky() {
    long moved =
        selection.slots().stream()
            .filter(slot -> slot.key().reason() == Reason.STICKY)
            .mapToLong(slot -> slot.counts().calls())
            .sum();
    return SanityCheck.noted(
        "sticky calls",
        moved == 0,
        String.format(
            Locale.ROOT,
            "%d calls (%.2f %%) followed a write to the other side than they were drawn for%s",
            moved,
            100.0 * moved / Math.max(1, selection.calls()),
            moved == 0
                ? ""
                : "; they count in the arm of their draw, so the effect looks smaller"));
  }

  private SanityCheck gaps() {
    Map<String, Set<Long>> seen = new TreeMap<>();
    for (SlotCounts slot : data.slots()) {
      if (window.contains(slot.middleMillis())) {
        seen.computeIfAbsent(slot.key().host(), host -> new TreeSet<>())
            .add(Assigned.number(plan, slot));
      }
    }
    long expected =
        (window.end().toEpochMilli() - window.from().toEpochMilli()) / plan.slot().toMillis();
    StringBuilder missing = new StringBuilder();
    seen.forEach(
        (host, slots) -> {
          if (slots.size() < 0.95 * expected) {
            missing.append(' ').append(host).append(' ').append(expected - slots.size());
          }
        });
    return SanityCheck.noted(
        "gaps",
        missing.isEmpty(),
        missing.isEmpty()
            ? "every host has calls in at least 95 % of its " + expected + " slots"
            : "slots without a call, of " + expected + ":" + missing);
  }

  private SanityCheck lost() {
    long lost = 0;
    for (HostMark mark : selection.marks()) {
      Matcher calls = LOST.matcher(mark.mark().detail());
      if (mark.mark().kind() == TimingMark.Kind.LOST && calls.find()) {
        lost += Long.parseLong(calls.group(1));
      }
    }
    boolean few = lost <= MAX_LOST * (lost + selection.calls());
    String detail =
        lost + " calls not logged, " + data.unreadable() + " lines of the logs not readable";
    return lost + data.unreadable() > 0 && few
        ? SanityCheck.noted("lost calls", /* passed= */ false, detail)
        : SanityCheck.of("lost calls", few, detail);
  }

  private static SanityCheck rare(Strata strata) {
    long compared = 0;
    for (int stratum = 0; stratum < strata.count(); stratum++) {
      for (io.gitalyrouter.route.Route arm : io.gitalyrouter.route.Route.values()) {
        compared += strata.calls(stratum, arm);
      }
    }
    return SanityCheck.of(
        "rare methods",
        strata.leftOut() <= MAX_LEFT_OUT * (strata.leftOut() + compared),
        strata.leftOut()
            + " calls are of methods too rare in one arm to compare, beside "
            + compared
            + " compared; "
            + strata.clientBound()
            + " more are streams whose client sets the pace, and are not timed");
  }
}
