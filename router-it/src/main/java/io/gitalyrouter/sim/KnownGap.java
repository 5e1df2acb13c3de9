package io.gitalyrouter.sim;

import java.util.List;
import java.util.Optional;

/**
 * Where the router does not do what is asked of it, and why. The report lists them; the test
 * excuses exactly these, and fails on one that is not needed any more. <em>Immutable.</em>
 *
 * @param scenario the scenario's name
 * @param aspect what the router does not do there
 * @param why the cause
 */
public record KnownGap(String scenario, Aspect aspect, String why) {
  /** What can be asked of the router. */
  public enum Aspect {
    /** No contender has more right calls. */
    BEST("is not best"),
    /** It is away from a sick network side within the bound. */
    LEAVES("leaves too late"),
    /** It is back on a healthy network side within the bound. */
    RETURNS("returns too late");

    private final String label;

    Aspect(String label) {
      this.label = label;
    }

    /** The words of the report. */
    public String label() {
      return label;
    }
  }

  private static final String TRIPS_LATE =
      "the breaker weighs the failures of its window of 10 s against the successes before them";
  private static final String MUTATIONS_STAY =
      "mutations, which cannot move, go on to a side that fails until the breaker opens, and are"
          + " taken as its trial calls; who leaves at the first error for good pays once";

  /** All of them. */
  public static List<KnownGap> all() {
    return List.of(
        gap(
            "flapping",
            Aspect.BEST,
            "each return costs the mutations that are running when the"
                + " side dies again; who never returns pays once"),
        gap("every call fails", Aspect.BEST, MUTATIONS_STAY),
        gap("every call fails", Aspect.LEAVES, TRIPS_LATE),
        gap("one in ten UNAVAILABLE", Aspect.BEST, MUTATIONS_STAY),
        gap(
            "one in ten INTERNAL",
            Aspect.BEST,
            "no call moves after INTERNAL, though the breaker"
                + " counts it as a failure when no headers came"),
        gap(
            "stalled responses",
            Aspect.LEAVES,
            "a call that waits says nothing before its share"
                + " of the deadline is spent, and then "
                + TRIPS_LATE),
        gap(
            "stalled responses",
            Aspect.RETURNS,
            "a half-open breaker waits for the last of its"
                + " trial calls, which stall as well, though the others have settled the matter"),
        gap("half-open races", Aspect.BEST, MUTATIONS_STAY),
        gap("half-open races", Aspect.LEAVES, TRIPS_LATE),
        gap("overload", Aspect.BEST, MUTATIONS_STAY),
        gap("overload", Aspect.LEAVES, TRIPS_LATE),
        gap(
            "unmounted share",
            Aspect.LEAVES,
            "the filesystem ids of the two sides are not compared"),
        gap("clock skew", Aspect.BEST, MUTATIONS_STAY),
        gap("one of two storages", Aspect.BEST, "no call moves after INTERNAL, and " + TRIPS_LATE),
        gap("one of two storages", Aspect.LEAVES, TRIPS_LATE));
  }

  private static KnownGap gap(String scenario, Aspect aspect, String why) {
    return new KnownGap(scenario, aspect, why);
  }

  /** The gap of a scenario in one aspect, if there is one. */
  public static Optional<KnownGap> of(Scenario scenario, Aspect aspect) {
    return all().stream()
        .filter(gap -> gap.scenario().equals(scenario.name()) && gap.aspect() == aspect)
        .findFirst();
  }
}
