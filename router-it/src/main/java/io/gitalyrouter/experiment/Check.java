package io.gitalyrouter.experiment;

/**
 * One condition of the verdict with the number that decided it. <em>Immutable.</em>
 *
 * @param name such as {@code dark.network-calls}
 * @param meaning one line for people
 * @param expected the condition, such as {@code = 0}
 * @param actual the number, or why there is none
 * @param passed whether it holds; a check without data does not
 */
record Check(String name, String meaning, String expected, String actual, boolean passed) {
  /** Holds if the count is zero. */
  static Check zero(String name, String meaning, long count) {
    return new Check(name, meaning, "= 0", Long.toString(count), count == 0);
  }

  /** Holds if there is at least one. */
  static Check some(String name, String meaning, long count) {
    return new Check(name, meaning, "> 0", Long.toString(count), count > 0);
  }

  /** Holds whatever the number is: it is shown because it explains another. */
  static Check shown(String name, String meaning, long count) {
    return new Check(name, meaning, "any", Long.toString(count), /* passed= */ true);
  }

  /** Does not hold, because what it looks at is missing. */
  static Check noData(String name, String meaning, String expected) {
    return new Check(name, meaning, expected, "no data", /* passed= */ false);
  }
}
