package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.compare.Design;
import io.gitalyrouter.config.compare.Guard;
import io.gitalyrouter.config.compare.GuardPlan;
import io.gitalyrouter.config.compare.GuardReport;
import io.gitalyrouter.config.compare.Margins;
import io.gitalyrouter.config.compare.TimingData;
import io.gitalyrouter.timing.TimingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Asks the timing logs. They are read anew at most every few seconds, a slot being longer, and for
 * a tenth of the time: those of a long rollout of many hosts take a while. <em>Not thread-safe;
 * confined to the main thread.</em>
 */
final class TimingGuard implements RolloutGuard {
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  /** Between two readings passes so many times what the last one took. */
  private static final int IDLE_FACTOR = 9;

  /** So many slots without a call of the network arm, and nothing guards the step any more. */
  private static final int SILENT_SLOTS = 6;

  private final Console console;
  private final List<Path> logs;
  private final Design unit;
  private final Margins margins;
  private Optional<Long> readNanos = Optional.empty();
  private long pauseNanos = INTERVAL.toNanos();
  private int readStep = -1;
  private Optional<Instant> heard = Optional.empty();

  TimingGuard(Console console, List<Path> logs, Design unit, Margins margins) {
    this.console = console;
    this.logs = logs;
    this.unit = unit;
    this.margins = margins;
  }

  @Override
  public Optional<String> objection(Rollout rollout) {
    long now = console.ticker().nanos();
    boolean isSoon =
        readStep == rollout.step() && readNanos.filter(at -> now - at < pauseNanos).isPresent();
    if (isSoon || rollout.present().percent() <= 0) {
      return Optional.empty();
    }
    readStep = rollout.step();
    try {
      return judge(rollout);
    } finally {
      long end = console.ticker().nanos();
      readNanos = Optional.of(end);
      pauseNanos = Math.max(INTERVAL.toNanos(), IDLE_FACTOR * (end - now));
    }
  }

  private Optional<String> judge(Rollout rollout) {
    try {
      TimingData data = TimingData.read(logs);
      GuardReport report = Guard.watch(plan(rollout), data);
      heard = report.lastNetworkCall().or(() -> heard);
      return report.objection().or(() -> silence(rollout.since(), data.slotLength(), ""));
    } catch (IOException e) {
      // A log may be rotated away under the reader; only if it stays so there is nothing to go by.
      return silence(rollout.since(), TimingSettings.DEFAULT_SLOT, ": " + Failures.describe(e));
    }
  }

  private GuardPlan plan(Rollout rollout) {
    return new GuardPlan(
        unit,
        rollout.present().percent(),
        rollout.since(),
        GuardPlan.DEFAULT_ALPHA / Rollout.steps(rollout.ladder()).size(),
        margins);
  }

  private Optional<String> silence(Instant since, Duration slot, String why) {
    Instant last = heard.filter(since::isBefore).orElse(since);
    boolean isSilent =
        Duration.between(last, console.now()).compareTo(slot.multipliedBy(SILENT_SLOTS)) > 0;
    return isSilent
        ? Optional.of(
            "the timing logs tell of no call meant for the network side since " + last + why)
        : Optional.empty();
  }
}
