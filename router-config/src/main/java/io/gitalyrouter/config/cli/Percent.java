package io.gitalyrouter.config.cli;

import java.math.BigDecimal;

/** Reads and writes shares of calls. <em>Thread-safe.</em> */
final class Percent {
  private Percent() {}

  /** A share as people read it, such as {@code 5%}. */
  static String format(double percent) {
    return text(percent) + "%";
  }

  /** A share as a document has it, such as {@code 5} or {@code 0.5}. */
  static String text(double percent) {
    return BigDecimal.valueOf(percent).stripTrailingZeros().toPlainString();
  }

  /** The value that a YAML reader makes of {@link #text}. */
  static Object value(double percent) {
    return percent == Math.rint(percent) ? (Object) (int) percent : (Object) percent;
  }

  /**
   * Refuses what is no share.
   *
   * @throws CommandException if it is below 0 or above 100
   */
  static double check(double percent) {
    if (!(percent >= 0 && percent <= 100)) {
      throw CommandException.usage("percent: " + text(percent) + " (expected: 0-100)");
    }
    return percent;
  }
}
