package io.gitalyrouter.history;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Callers of one router, and in the end the verdict: what they saw, held against what the servers
 * wrote down. <em>Not thread-safe; confined to the test.</em>
 */
public final class Traffic implements AutoCloseable {
  /** The storage that the questions are about. */
  public static final String STORAGE = QuestionMix.STORAGE;

  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(4);
  private static final int WRITES_PER_THOUSAND = 20;

  private final RouterWatch router;
  private final SampleStorage sample;
  private final Callers callers;
  private final long movedBefore;

  /** When {@link #tear} ran. Confined, like the two below, to the thread of the test. */
  private long tornFromNanos;

  private long tornToNanos;
  private boolean torn;

  private Traffic(RouterWatch router, SampleStorage sample, int count, long afterId) {
    this.router = router;
    this.sample = sample;
    this.movedBefore = router.moved();
    this.callers =
        Callers.start(
            router.router().channel(STORAGE),
            new QuestionMix(sample, WRITES_PER_THOUSAND),
            new Callers.Plan(count, afterId + 1, DEADLINE, PAUSE, afterId));
  }

  /**
   * Starts callers, each of which asks its next question a little after its answer.
   *
   * @param afterId the calls are numbered from the one after it; no two runs over the same books
   *     may share a number
   */
  public static Traffic start(RouterWatch router, SampleStorage sample, int callers, long afterId) {
    return new Traffic(router, sample, callers, afterId);
  }

  /**
   * What a run came to.
   *
   * @param calls calls that ended
   * @param lost reads that failed although the local side was healthy, or were answered wrongly
   * @param cut reads whose answer broke off after the caller had a part of it
   * @param unsure mutations that failed; whether they ran is not always known
   * @param doubled mutations that ran twice
   * @param moved calls that left the network side
   * @param slowestReadMillis the longest that a read took
   * @param violations every broken promise, for people
   */
  public record Verdict(
      long calls,
      long lost,
      long cut,
      long unsure,
      long doubled,
      long moved,
      long slowestReadMillis,
      List<String> violations) {
    /** For another process to read. */
    public String toLines() {
      List<String> lines = new ArrayList<>();
      for (long number : new long[] {calls, lost, cut, unsure, doubled, moved, slowestReadMillis}) {
        lines.add(Long.toString(number));
      }
      lines.addAll(violations);
      return String.join("\n", lines);
    }

    /** What {@link #toLines} wrote. */
    public static Verdict fromLines(String text) {
      List<String> lines = text.lines().toList();
      long[] numbers = lines.stream().limit(7).mapToLong(Long::parseLong).toArray();
      List<String> violations = lines.subList(7, lines.size());
      return new Verdict(
          numbers[0],
          numbers[1],
          numbers[2],
          numbers[3],
          numbers[4],
          numbers[5],
          numbers[6],
          violations);
    }
  }

  /** Calls that have ended. */
  public long ended() {
    return callers.ended();
  }

  /** The number of the last call. */
  public long lastId() {
    return callers.lastId();
  }

  /** Waits until this many more calls have ended, whoever served them. */
  public void calls(long count) {
    long enough = ended() + count;
    RouterWatch.until(count + " more calls", () -> ended() >= enough);
  }

  /** Waits until the network side has answered this many more calls. */
  public void networkCalls(long count) {
    long enough = router.servedByNetwork() + count;
    RouterWatch.until(
        count + " more calls over the network", () -> router.servedByNetwork() >= enough);
  }

  /**
   * Does something that changes the files under answers that are being made. Such an answer can be
   * wrong and whole, and nobody but the server could know: the reads of that moment are not judged.
   */
  public void tear(Runnable change) {
    tornFromNanos = System.nanoTime();
    change.run();
    tornToNanos = System.nanoTime();
    torn = true;
  }

  private boolean isTorn(ObservedCall call) {
    return torn
        && call.isReplayable()
        && call.times().beginNanos() - tornToNanos < 0
        && call.times().endNanos() - tornFromNanos > 0;
  }

  /** Stops the callers, and judges what they saw. */
  public Verdict stop(Books books) throws IOException {
    callers.stop();
    Balance balance = router.balance();
    List<ObservedCall> calls = callers.observed();
    books.readOn(calls);
    List<ObservedCall> judged = calls.stream().filter(call -> !isTorn(call)).toList();
    List<Violation> violations =
        HistoryChecker.check(
            new History(
                judged, books.served(), books.executions(), sample.written(), List.of(), balance));
    return new Verdict(
        calls.size(),
        violations.stream().filter(Traffic::isLostRead).count(),
        calls.stream()
            .filter(c -> c.isReplayable() && !c.isOk() && c.answer().isBegunByNetwork())
            .count(),
        calls.stream().filter(c -> !c.isReplayable() && !c.isOk()).count(),
        violations.stream().filter(v -> v.rule() == Violation.Rule.EXECUTED_ONCE).count(),
        router.moved() - movedBefore,
        slowestMillis(calls.stream().filter(ObservedCall::isReplayable)),
        violations.stream().map(Violation::toString).toList());
  }

  private static boolean isLostRead(Violation violation) {
    return violation.rule() == Violation.Rule.REPLAYABLE_SERVED
        || violation.rule() == Violation.Rule.ONE_SERVER;
  }

  private static long slowestMillis(Stream<ObservedCall> calls) {
    return calls.mapToLong(c -> c.times().endNanos() - c.times().beginNanos()).max().orElse(0)
        / 1_000_000;
  }

  /** Lets the callers hear their answers, also when nobody judges them. */
  @Override
  public void close() {
    try {
      callers.stop();
    } finally {
      callers.close();
    }
  }
}
