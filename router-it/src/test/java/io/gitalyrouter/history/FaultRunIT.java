package io.gitalyrouter.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Callers call and faults happen, against real processes; then the callers' books and the servers'
 * are held against the promises. Half of the run goes over plain TCP, half over TLS. The number of
 * calls and faults, and the seed, are system properties: {@code history.calls}, {@code
 * history.faults}, {@code history.seed}.
 */
final class FaultRunIT {
  private static final long CALLS = Long.getLong("history.calls", 200_000);
  private static final int FAULTS = Integer.getInteger("history.faults", 60);
  private static final long SEED = Long.getLong("history.seed", System.nanoTime());
  private static final int CALLERS = 24;
  private static final Duration DEADLINE = Duration.ofSeconds(3);
  private static final int WRITES_PER_THOUSAND = 40;
  private static final int WRITES_PER_REPOSITORY = 150;

  @TempDir Path directory;

  @Test
  void promises_are_kept_over_tcp() throws Exception {
    run(/* tls= */ false);
  }

  @Test
  void promises_are_kept_over_tls() throws Exception {
    run(/* tls= */ true);
  }

  private void run(boolean tls) throws Exception {
    long begin = System.nanoTime();
    List<String> told = new ArrayList<>(List.of("tls=" + tls + " seed=" + SEED));
    int repositories =
        (int) Math.max(16, CALLS / 2 * WRITES_PER_THOUSAND / 1000 / WRITES_PER_REPOSITORY);
    SampleStorage sample =
        SampleStorage.create(Files.createDirectory(directory.resolve("storage")), repositories);
    Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    Site site = Site.start(directory, sample, tls, Site.Settings.QUICK);
    Balance balance;
    Callers callers;
    Stage stage;
    try (site) {
      site.route(100);
      callers =
          Callers.start(
              site.channel(),
              new QuestionMix(sample, WRITES_PER_THOUSAND),
              Callers.Plan.of(CALLERS, SEED, DEADLINE));
      try (callers) {
        stage = new Stage(site, callers);
        try {
          faults(stage, kinds, told, begin);
          awaitCalls(callers);
          stage.over();
        } catch (Exception | AssertionError e) {
          throw new AssertionError(
              told + " status=" + site.router().status() + " calls=" + callers.ended(), e);
        }
        callers.stop();
        balance = site.watch().balance();
      }
      told.add("moved=" + site.watch().moved() + " balance=" + balance);
    }
    List<ObservedCall> calls = callers.observed();
    describe(calls, told);
    List<Violation> violations =
        HistoryChecker.check(
            new History(
                calls, site.served(), site.executions(), sample.written(), stage.quiet(), balance));
    told.add("violations=" + violations.size() + " seconds=" + seconds(begin));
    report(told);
    assertThat(violations.stream().limit(20)).as("%s", told).isEmpty();
    assertThat(calls).as("calls").hasSizeGreaterThanOrEqualTo((int) (CALLS / 2));
    assertThat(kinds).as("kinds of faults").hasSizeGreaterThanOrEqualTo(10);
  }

  /** Every kind in turn, each time in another order. */
  private static void faults(Stage stage, Set<FaultKind> kinds, List<String> told, long begin)
      throws IOException {
    Random random = new Random(SEED);
    List<FaultKind> next = new ArrayList<>();
    stage.recovered();
    for (int i = 0; i < (FAULTS + 1) / 2; i++) {
      if (next.isEmpty()) {
        next.addAll(List.of(FaultKind.values()));
        Collections.shuffle(next, random);
      }
      FaultKind kind = next.remove(0);
      kinds.add(kind);
      told.add(seconds(begin) + "s:" + kind + "@" + stage.callers().ended());
      kind.strike(stage);
      stage.recovered();
      // Most of what a fault can harm is a call that is on the network side when it strikes.
      stage.networkCalls(CALLS / FAULTS / 2);
    }
    told.add(seconds(begin) + "s: faults over@" + stage.callers().ended());
  }

  private static void awaitCalls(Callers callers) {
    // As long as calls go on, each step has its own deadline.
    while (callers.ended() < CALLS / 2) {
      long step = Math.min(CALLS / 2, callers.ended() + 5_000);
      RouterWatch.until("calls", () -> callers.ended() >= step);
    }
  }

  private static void describe(List<ObservedCall> calls, List<String> told) {
    told.add("calls=" + calls.size());
    told.add("status=" + count(calls.stream(), c -> c.kind() + ":" + c.status()));
    told.add(
        "mid-answer="
            + count(
                calls.stream()
                    .filter(c -> c.isReplayable() && !c.isOk() && c.answer().isBegunByNetwork()),
                c -> c.method() + ":" + c.status()));
    told.add(
        "late="
            + count(
                calls.stream().filter(c -> !c.isOk() && c.times().isDeadlinePassed()),
                c -> c.method() + ":" + c.status()));
    told.add(
        "served="
            + count(
                calls.stream().filter(ObservedCall::isOk),
                c -> c.answer().isEndedByLocal() ? "local" : "network"));
  }

  private static Map<String, Long> count(
      Stream<ObservedCall> calls, Function<ObservedCall, String> by) {
    return calls.collect(Collectors.groupingBy(by, TreeMap::new, Collectors.counting()));
  }

  private static long seconds(long sinceNanos) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - sinceNanos);
  }

  private static void report(List<String> told) {
    System.out.println("fault run: " + String.join("\n  ", told));
  }
}
