package io.gitalyrouter.config.compare;

import java.util.Locale;
import java.util.Optional;

/** One number that a guard watches, over its slots. <em>Not thread-safe; for one scan.</em> */
final class Watched {
  private final String name;
  private final Wealth wealth = new Wealth();

  /** By arm, the local one first: calls, and those that count. */
  private final long[][] seen = new long[2][2];

  private double highest;
  private Optional<String> objection = Optional.empty();

  Watched(String name) {
    this.name = name;
  }

  Wealth wealth() {
    return wealth;
  }

  long calls(int arm) {
    return seen[arm][0];
  }

  void count(long[][] slot) {
    for (int arm = 0; arm < 2; arm++) {
      seen[arm][0] += slot[arm][0];
      seen[arm][1] += slot[arm][1];
    }
  }

  double share(int arm) {
    return seen[arm][0] == 0 ? 0 : seen[arm][1] / (double) seen[arm][0];
  }

  /**
   * Objects, once for all, if there is enough evidence of something that matters.
   *
   * @param enough the logarithm of the wealth that is enough
   * @param isMaterial whether what was seen so far is beyond the margin
   * @param beside what the network arm is held against
   */
  void settle(double enough, boolean isMaterial, String beside) {
    double log = wealth.log();
    highest = Math.max(highest, log);
    if (objection.isEmpty() && isMaterial && log >= enough) {
      objection =
          Optional.of(
              String.format(
                  Locale.ROOT,
                  "%s: %.3f %% of %d calls of the network arm, %s",
                  name,
                  100 * share(1),
                  calls(1),
                  beside));
    }
  }

  GuardSignal signal() {
    return new GuardSignal(name, Math.exp(Math.min(highest, 700)), objection);
  }
}
