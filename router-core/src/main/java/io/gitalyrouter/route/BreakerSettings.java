package io.gitalyrouter.route;

import java.time.Duration;

/**
 * When a breaker trips, and how it comes back. <em>Immutable.</em>
 *
 * @param failureRatePercent the share of failures in the window that trips it; above 0, at most 100
 * @param failuresInARow so many failures without a success between them trip it, whatever the
 *     window remembers; at least 1
 * @param window how far back results count; whole seconds, at least one
 * @param minimumCalls results in the window before the share means anything; at least 1
 * @param openFor how long it stays open before it lets trial calls through
 * @param trialCalls how many trial calls decide whether it closes again; at least 1
 * @param unansweredCalls so many calls in flight without any sign of an answer trip it, if no call
 *     at all was answered for {@code answerWithin}; at least 1
 * @param answerWithin how long a call may be without any sign of an answer before it counts as
 *     unanswered; above 0. It limits no call, and no stream that has begun
 * @param trialAnswerWithin the same for a trial call, which is lost then; above 0
 * @param shadow whether it only tells when it would trip, and refuses nobody
 */
public record BreakerSettings(
    float failureRatePercent,
    int failuresInARow,
    Duration window,
    int minimumCalls,
    Duration openFor,
    int trialCalls,
    int unansweredCalls,
    Duration answerWithin,
    Duration trialAnswerWithin,
    boolean shadow) {
  private static final int DEFAULT_UNANSWERED_CALLS = 5;
  private static final Duration DEFAULT_ANSWER_WITHIN = Duration.ofSeconds(2);
  private static final Duration DEFAULT_TRIAL_ANSWER_WITHIN = Duration.ofMillis(500);

  /**
   * Half of at least 20 calls in 10 s failed, or 10 in a row, or 5 wait and none was answered for 2
   * s: open for 2 s, then 5 trial calls, which have to be answered within 500 ms.
   */
  public static final BreakerSettings DEFAULT =
      new BreakerSettings(50, 10, Duration.ofSeconds(10), 20, Duration.ofSeconds(2), 5);

  /** Checks the ranges. */
  public BreakerSettings {
    if (!(failureRatePercent > 0 && failureRatePercent <= 100)) {
      throw new IllegalArgumentException(
          "failureRatePercent: " + failureRatePercent + " (expected: > 0 and <= 100)");
    }
    if (window.toSeconds() < 1 || window.toNanosPart() != 0) {
      throw new IllegalArgumentException(
          "window: " + window + " (expected: whole seconds, >= 1 s)");
    }
    atLeastOne("failuresInARow", failuresInARow);
    atLeastOne("minimumCalls", minimumCalls);
    atLeastOne("trialCalls", trialCalls);
    atLeastOne("unansweredCalls", unansweredCalls);
    aboveZero("openFor", openFor);
    aboveZero("answerWithin", answerWithin);
    aboveZero("trialAnswerWithin", trialAnswerWithin);
  }

  /** As {@link #DEFAULT} in what it says of unanswered calls. */
  public BreakerSettings(
      float failureRatePercent,
      int failuresInARow,
      Duration window,
      int minimumCalls,
      Duration openFor,
      int trialCalls) {
    this(
        failureRatePercent,
        failuresInARow,
        window,
        minimumCalls,
        openFor,
        trialCalls,
        DEFAULT_UNANSWERED_CALLS,
        DEFAULT_ANSWER_WITHIN,
        DEFAULT_TRIAL_ANSWER_WITHIN,
        /* shadow= */ false);
  }

  /** The same, but it only tells when it would trip. */
  public BreakerSettings asShadow() {
    return new BreakerSettings(
        failureRatePercent,
        failuresInARow,
        window,
        minimumCalls,
        openFor,
        trialCalls,
        unansweredCalls,
        answerWithin,
        trialAnswerWithin,
        /* shadow= */ true);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
    }
  }

  private static void aboveZero(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }
}
