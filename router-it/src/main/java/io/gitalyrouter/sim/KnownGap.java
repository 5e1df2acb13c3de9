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

  /** All of them. */
  public static List<KnownGap> all() {
    return List.of(
        gap(
            "stalled responses",
            Aspect.RETURNS,
            "the trial calls stall as well, and the trial is lost only when their share of the"
                + " deadline is spent"));
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
