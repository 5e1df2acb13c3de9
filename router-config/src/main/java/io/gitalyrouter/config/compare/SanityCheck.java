package io.gitalyrouter.config.compare;

/**
 * Something that must hold before a comparison can be believed. <em>Immutable.</em>
 *
 * @param name what was checked
 * @param result what came out
 * @param detail the numbers, for a person
 */
public record SanityCheck(String name, Result result, String detail) {
  /** What came out of a check. */
  public enum Result {
    /** As it should be. */
    PASSED,
    /** To be known when the report is read; the verdict stands. */
    NOTED,
    /** Not done, or it does not apply. */
    NOT_RUN,
    /** The data are not what the plan says: there is no verdict. */
    FAILED
  }

  static SanityCheck of(String name, boolean passed, String detail) {
    return new SanityCheck(name, passed ? Result.PASSED : Result.FAILED, detail);
  }

  static SanityCheck noted(String name, boolean passed, String detail) {
    return new SanityCheck(name, passed ? Result.PASSED : Result.NOTED, detail);
  }

  /** Whether it forbids a verdict. */
  public boolean isFailed() {
    return result == Result.FAILED;
  }
}
