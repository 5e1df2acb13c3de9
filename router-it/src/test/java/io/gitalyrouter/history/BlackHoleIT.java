package io.gitalyrouter.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long callers wait when the network side falls silent, and when it dies, with the settings
 * that users have.
 */
final class BlackHoleIT {
  private static final int CALLERS = 64;
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
      Site.until("the network side is in use", site::isNetworkInUse);
      more(callers, SAMPLE / 4);

      long frozenAt = System.nanoTime();
      site.network().freeze();
      long calmFrom = frozenAt + TimeUnit.SECONDS.toNanos(3);
      Site.until("three seconds", () -> System.nanoTime() - calmFrom >= 0);
      more(callers, SAMPLE);
      long calmTo = System.nanoTime();
      site.network().thaw();
      callers.stop();

      List<ObservedCall> calls = callers.observed();
      List<ObservedCall> caught = underWay(calls, frozenAt);
      double slowest = slowestMillis(caught, frozenAt);
      double normal = p99Millis(calls, normalFrom, normalTo);
      double calm = p99Millis(calls, calmFrom, calmTo);
      System.out.printf(
          Locale.ROOT,
          "black hole: %d calls under way, slowest ended %.0f ms after the freeze; p99 of local"
              + " calls %.2f ms before, %.2f ms from 3 s after it on%n",
          caught.size(),
          slowest,
          normal,
          calm);
      assertThat(calls).as("every call").allMatch(ObservedCall::isOk);
      assertThat(calls).as("every answer").allMatch(call -> call.answer().whole());
      assertThat(caught.stream().filter(call -> call.answer().isEndedByLocal()).count())
          .as("calls that the freeze caught and local served")
          .isGreaterThanOrEqualTo(CALLERS / 2);
      assertThat(slowest).as("ms from the freeze to the last end").isLessThanOrEqualTo(3_000);
      assertThat(calm).as("p99 after the move, in ms").isLessThanOrEqualTo(2 * normal);
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
      Site.until("the network side is in use", site::isNetworkInUse);
      more(callers, SAMPLE / 4);

      long killedAt = System.nanoTime();
      site.network().kill();
      more(callers, SAMPLE / 4);
      callers.stop();

      List<ObservedCall> calls = callers.observed();
      List<ObservedCall> moved =
          underWay(calls, killedAt).stream()
              .filter(call -> call.answer().isEndedByLocal())
              .toList();
      double slowest = slowestMillis(moved, killedAt);
      System.out.printf(
          Locale.ROOT,
          "kill: %d calls moved (%d by the router in all), the slowest ended %.0f ms after the"
              + " kill%n",
          moved.size(),
          site.moved(),
          slowest);
      assertThat(calls)
          .as("every call, but for those whose answer had begun")
          .allMatch(call -> call.isOk() || call.answer().isBegunByNetwork());
      assertThat(moved).as("calls that moved").isNotEmpty();
      assertThat(slowest).as("ms from the kill to the last end").isLessThanOrEqualTo(250);
    }
  }

  private SampleStorage sample() throws Exception {
    return SampleStorage.create(Files.createDirectory(directory.resolve("storage")), 16);
  }

  private static Callers callers(Site site, SampleStorage sample) {
    return Callers.start(
        site.channel(), new QuestionMix(sample, /* writesPerThousand= */ 0), CALLERS, 1, 0);
  }

  private static void warm(Site site, Callers callers) {
    more(callers, SAMPLE);
    site.route(100);
    Site.until("the network side is in use", site::isNetworkInUse);
    more(callers, SAMPLE);
  }

  private static void more(Callers callers, long calls) {
    long enough = callers.ended() + calls;
    Site.until(calls + " more calls", () -> callers.ended() >= enough);
  }

  private static List<ObservedCall> underWay(List<ObservedCall> calls, long atNanos) {
    return calls.stream()
        .filter(c -> c.times().routedNanos() - atNanos <= 0 && c.times().endNanos() - atNanos > 0)
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
