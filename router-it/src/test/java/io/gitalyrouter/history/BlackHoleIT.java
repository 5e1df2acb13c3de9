package io.gitalyrouter.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long callers wait when the network side falls silent, and when it dies, with the settings
 * that users have.
 */
final class BlackHoleIT {
  private static final int CALLERS = 64;
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final long SAMPLE = 8_000;

  @TempDir Path directory;

  @Test
  void frozen_server_costs_three_seconds_once_and_nothing_afterwards() throws Exception {
    SampleStorage sample = sample();
    try (Site site = Site.start(directory, sample, /* tls= */ false, Site.Settings.DEFAULT);
        Callers callers = callers(site, sample)) {
      // Both sides' code is warm, and the local side's normal latency is measured last.
      warm(site, callers);
      site.route(0);
      more(callers, SAMPLE / 4);
      long normalFrom = System.nanoTime();
      more(callers, SAMPLE);
      long normalTo = System.nanoTime();
      site.route(100);
      RouterWatch.until("the network side is in use", site.watch()::isNetworkInUse);
      more(callers, SAMPLE / 4);

      long frozenAt = System.nanoTime();
      site.network().freeze();
      long calmFrom = frozenAt + TimeUnit.SECONDS.toNanos(3);
      RouterWatch.until("three seconds", () -> System.nanoTime() - calmFrom >= 0);
      more(callers, SAMPLE);
      long calmTo = System.nanoTime();
      site.route(0);
      long againFrom = System.nanoTime();
      more(callers, SAMPLE);
      long againTo = System.nanoTime();
      site.network().thaw();
      callers.stop();

      List<ObservedCall> calls = callers.observed();
      List<ObservedCall> caught = caught(calls, frozenAt, calmFrom);
      double slowest = slowestMillis(caught, frozenAt);
      // Before and after, as the machine's other work is part of what is normal here.
      double before = p99Millis(calls, normalFrom, normalTo);
      double after = p99Millis(calls, againFrom, againTo);
      double calm = p99Millis(calls, calmFrom, calmTo);
      System.out.printf(
          Locale.ROOT,
          "black hole: %d calls moved, the slowest ended %.0f ms after the freeze; caught"
              + " mid-answer: %s; p99 of local calls %.2f ms before, %.2f ms from 3 s after it on, %.2f ms with the role"
              + " off%n",
          caught.size(),
          slowest,
          midAnswer(calls),
          before,
          calm,
          after);
      assertServed(calls);
      assertThat(caught)
          .as("calls that the freeze caught and local served")
          .hasSizeGreaterThanOrEqualTo(CALLERS / 2);
      assertThat(slowest).as("ms from the freeze to the last end").isLessThanOrEqualTo(3_000);
      assertThat(calm)
          .as("p99 after the move, in ms")
          .isLessThanOrEqualTo(2 * Math.max(before, after));
    }
  }

  @Test
  void killed_server_costs_a_quarter_of_a_second_at_most() throws Exception {
    SampleStorage sample = sample();
    try (Site site = Site.start(directory, sample, /* tls= */ false, Site.Settings.DEFAULT);
        Callers callers = callers(site, sample)) {
      warm(site, callers);
      site.route(0);
      more(callers, SAMPLE / 4);
      site.route(100);
      RouterWatch.until("the network side is in use", site.watch()::isNetworkInUse);
      more(callers, SAMPLE / 4);

      long killedAt = System.nanoTime();
      site.network().kill();
      more(callers, SAMPLE / 4);
      callers.stop();

      List<ObservedCall> calls = callers.observed();
      List<ObservedCall> moved = movedAfter(calls, killedAt);
      double slowest = slowestMillis(moved, killedAt);
      System.out.printf(
          Locale.ROOT,
          "kill: %d calls moved (%d by the router in all), the slowest ended %.0f ms after the"
              + " kill; caught mid-answer: %s%n",
          moved.size(),
          site.watch().moved(),
          slowest,
          midAnswer(calls));
      assertServed(calls);
      assertThat(moved).as("calls that moved").isNotEmpty();
      assertThat(slowest).as("ms from the kill to the last end").isLessThanOrEqualTo(250);
    }
  }

  private SampleStorage sample() throws Exception {
    return SampleStorage.create(Files.createDirectory(directory.resolve("storage")), 16);
  }

  private static Callers callers(Site site, SampleStorage sample) {
    return Callers.start(
        site.channel(),
        new QuestionMix(sample, /* writesPerThousand= */ 0),
        Callers.Plan.of(CALLERS, 1, DEADLINE));
  }

  private static void warm(Site site, Callers callers) {
    more(callers, SAMPLE);
    site.route(100);
    RouterWatch.until("the network side is in use", site.watch()::isNetworkInUse);
    more(callers, SAMPLE);
  }

  private static void more(Callers callers, long calls) {
    long enough = callers.ended() + calls;
    RouterWatch.until(calls + " more calls", () -> callers.ended() >= enough);
  }

  private static Map<String, Long> midAnswer(List<ObservedCall> calls) {
    return calls.stream()
        .filter(call -> !call.isOk() && call.answer().isBegunByNetwork())
        .collect(Collectors.groupingBy(ObservedCall::method, Collectors.counting()));
  }

  /** Only a call of which the network side had already answered a part may fail. */
  private static void assertServed(List<ObservedCall> calls) {
    assertThat(calls.stream().filter(call -> !call.isOk()))
        .as("calls that failed, but for those whose answer had begun")
        .allMatch(call -> call.answer().isBegunByNetwork());
    assertThat(calls.stream().filter(call -> call.isOk() && !call.answer().whole()))
        .as("answers that are not whole")
        .isEmpty();
  }

  /**
   * Calls that waited for the frozen server and that local served in the end. Answers that had left
   * it before the freeze still end calls after it, so that being under way at that moment is not
   * enough; no call waits a second for anything else.
   */
  private static List<ObservedCall> caught(List<ObservedCall> calls, long fromNanos, long toNanos) {
    return calls.stream()
        .filter(c -> c.times().endNanos() - fromNanos > 0 && c.times().beginNanos() - toNanos < 0)
        .filter(c -> c.times().endNanos() - c.times().beginNanos() > WAIT.toNanos())
        .filter(c -> c.answer().isEndedByLocal())
        .toList();
  }

  /** Calls that were on the network side at a time, and that local served. */
  private static List<ObservedCall> movedAfter(List<ObservedCall> calls, long atNanos) {
    return calls.stream()
        .filter(c -> c.times().routedNanos() - atNanos <= 0 && c.times().endNanos() - atNanos > 0)
        .filter(c -> c.answer().isEndedByLocal())
        .toList();
  }

  private static double slowestMillis(List<ObservedCall> calls, long sinceNanos) {
    return calls.stream().mapToLong(c -> c.times().endNanos() - sinceNanos).max().orElse(0) / 1e6;
  }

  /** Of the calls that began in a time and that local served. */
  private static double p99Millis(List<ObservedCall> calls, long fromNanos, long toNanos) {
    Predicate<ObservedCall> counted =
        c -> c.times().beginNanos() - fromNanos >= 0 && c.times().beginNanos() - toNanos < 0;
    long[] took =
        calls.stream()
            .filter(counted)
            .mapToLong(c -> c.times().endNanos() - c.times().beginNanos())
            .sorted()
            .toArray();
    return Arrays.stream(took).skip((long) (took.length * 0.99)).findFirst().orElse(0) / 1e6;
  }
}
