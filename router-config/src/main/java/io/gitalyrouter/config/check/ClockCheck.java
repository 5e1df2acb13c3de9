package io.gitalyrouter.config.check;

import io.gitalyrouter.transport.DirectLine;
import io.gitalyrouter.transport.DirectLine.Question;
import java.time.Duration;

/**
 * Estimates how far a server's clock is from this host's. A server takes a token that is dated at
 * most 30 s before or after its own clock, so tokens dated off on purpose show on which side of it
 * this host is. <em>Immutable.</em>
 */
final class ClockCheck {
  static final String NAME = "clock";

  /** Taken both ways: the clocks differ by 5 s at most. */
  private static final Duration FINE = Duration.ofSeconds(25);

  /** Refused: the clocks differ by more than 20 s. */
  private static final Duration COARSE = Duration.ofSeconds(10);

  /** Refused by every server that looks at tokens at all. */
  private static final Duration ABSURD = Duration.ofHours(1);

  private ClockCheck() {}

  static CheckResult run(String subject, DirectLine line, boolean hasToken, Question question) {
    if (!hasToken) {
      return CheckResult.warn(
          subject,
          NAME,
          "not measured: it is estimated from the dates of tokens, and this endpoint has none",
          "the clock matters once the endpoint has a token");
    }
    if (taken(line, question, ABSURD)) {
      return CheckResult.warn(
          subject,
          NAME,
          "not measured: the server takes a token dated 1 h from now, so it checks none",
          "see auth.token and auth.transitioning in the server's configuration");
    }
    boolean early = taken(line, question, FINE.negated());
    boolean late = taken(line, question, FINE);
    if (early && late) {
      return CheckResult.pass(
          subject,
          NAME,
          "within 5 s of this host's (tokens dated 25 s before and after are taken)");
    }
    if (!early && !late) {
      return CheckResult.notMade(subject, NAME, "tokens dated 25 s before and after are refused");
    }
    return off(
        subject, early ? "behind" : "ahead of", line, question, early ? COARSE : COARSE.negated());
  }

  private static CheckResult off(
      String subject, String side, DirectLine line, Question question, Duration shift) {
    boolean near = taken(line, question, shift);
    String found =
        "the server's clock is "
            + (near ? "5 to 20 s " : "more than 20 s ")
            + side
            + " this host's (from the dates of the tokens that it takes)";
    String advice = "set both hosts' clocks; at 30 s every call is refused";
    return near
        ? CheckResult.warn(subject, NAME, found, advice)
        : CheckResult.fail(subject, NAME, found, advice);
  }

  private static boolean taken(DirectLine line, Question question, Duration shift) {
    return line.ask(question.withTokenShift(shift)).isOk();
  }
}
