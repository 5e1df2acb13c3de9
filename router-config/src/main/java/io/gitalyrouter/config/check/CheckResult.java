package io.gitalyrouter.config.check;

/**
 * One check's result. <em>Immutable.</em>
 *
 * @param subject what was checked, such as {@code nfs-file01 network}
 * @param check the check's name; the same in every run
 * @param level how it ended
 * @param found what was seen, for a person; never a secret
 * @param advice what to do about it; empty after a pass
 */
public record CheckResult(
    String subject, String check, CheckLevel level, String found, String advice) {
  static CheckResult pass(String subject, String check, String found) {
    return new CheckResult(subject, check, CheckLevel.PASS, found, "");
  }

  static CheckResult warn(String subject, String check, String found, String advice) {
    return new CheckResult(subject, check, CheckLevel.WARN, found, advice);
  }

  static CheckResult fail(String subject, String check, String found, String advice) {
    return new CheckResult(subject, check, CheckLevel.FAIL, found, advice);
  }

  static CheckResult notMade(String subject, String check, String why) {
    return fail(subject, check, "not made: " + why, "mend what is said there, and check again");
  }
}
