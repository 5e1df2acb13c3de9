package io.gitalyrouter.config;

import io.gitalyrouter.route.BreakerSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reads breaker settings. A key that is not there is as the base has it. <em>Not thread-safe;
 * confined to the thread that reads the document.</em>
 */
final class BreakerReader {
  private static final int MOST_CALLS = 10_000;
  private static final int MOST_TRIALS = 100;
  private static final Duration MOST_WAITING = Duration.ofMinutes(1);
  private static final String AUTO = "auto";
  private static final String SHADOW = "would_have_tripped";

  private final YamlMapping mapping;

  private BreakerReader(YamlMapping mapping) {
    this.mapping = mapping;
  }

  /** The settings, or empty after a problem was added. */
  static Optional<BreakerSettings> read(YamlValue value, BreakerSettings base) {
    return value
        .mapping("a mapping, such as { open_for: 5s }")
        .map(found -> found.allowing(ConfigKey.within("breaker")))
        .map(found -> new BreakerReader(found).settings(base));
  }

  private BreakerSettings settings(BreakerSettings base) {
    return new BreakerSettings(
        integer(ConfigKey.BREAKER_FAILURE_RATE, 100)
            .map(Integer::floatValue)
            .orElse(base.failureRatePercent()),
        integer(ConfigKey.BREAKER_FAILURES_IN_A_ROW, MOST_CALLS).orElse(base.failuresInARow()),
        mapping.get(ConfigKey.BREAKER_WINDOW).flatMap(BreakerReader::window).orElse(base.window()),
        integer(ConfigKey.BREAKER_MINIMUM_CALLS, MOST_CALLS).orElse(base.minimumCalls()),
        duration(ConfigKey.BREAKER_OPEN_FOR, 100, Duration.ofHours(1)).orElse(base.openFor()),
        integer(ConfigKey.BREAKER_TRIAL_CALLS, MOST_TRIALS).orElse(base.trialCalls()),
        integer(ConfigKey.BREAKER_UNANSWERED_CALLS, MOST_CALLS).orElse(base.unansweredCalls()),
        duration(ConfigKey.BREAKER_ANSWER_WITHIN, 100, MOST_WAITING).orElse(base.answerWithin()),
        duration(ConfigKey.BREAKER_TRIAL_ANSWER_WITHIN, 50, MOST_WAITING)
            .orElse(base.trialAnswerWithin()),
        mapping
            .get(ConfigKey.BREAKER_MODE)
            .flatMap(v -> v.word(ConfigKey.BREAKER_MODE.range(), List.of(AUTO, SHADOW)))
            .map(SHADOW::equals)
            .orElse(base.shadow()));
  }

  private Optional<Integer> integer(ConfigKey key, int most) {
    return mapping.get(key).flatMap(v -> v.integer(key.range(), 1, most));
  }

  private Optional<Duration> duration(ConfigKey key, long leastMillis, Duration most) {
    return mapping
        .get(key)
        .flatMap(v -> v.duration(key.range(), Duration.ofMillis(leastMillis), most));
  }

  private static Optional<Duration> window(YamlValue value) {
    String range = ConfigKey.BREAKER_WINDOW.range();
    Optional<Duration> window =
        value.duration(range, Duration.ofSeconds(1), Duration.ofMinutes(10));
    if (window.isPresent() && window.get().toMillisPart() != 0) {
      value.refuseShown(range);
      return Optional.empty();
    }
    return window;
  }
}
