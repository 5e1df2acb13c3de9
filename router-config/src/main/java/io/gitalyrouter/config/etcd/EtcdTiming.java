package io.gitalyrouter.config.etcd;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How patient a watch is. <em>Immutable.</em>
 *
 * @param answer how long one answer may take at first; up to four times that while nobody answers
 * @param reread how often the key is read beside the watch, a quarter more or less
 * @param retry the longest pause before the next connection
 */
record EtcdTiming(Duration answer, Duration reread, Duration retry) {
  static final EtcdTiming DEFAULT =
      new EtcdTiming(Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(1));

  private static final long SHORTEST_RETRY_MILLIS = 50;
  private static final int MAX_DOUBLINGS = 10;

  /** How long to wait for an answer after so many rounds without one at any endpoint. */
  Duration answer(int silentRounds) {
    return answer.multipliedBy(1L << Math.min(silentRounds, 2));
  }

  /** When to read again: hosts that were started together spread out. */
  Duration nextReread(RandomGenerator random) {
    return Duration.ofNanos((long) (reread.toNanos() * random.nextDouble(0.75, 1.25)));
  }

  /** How long to pause after so many failures: doubled each time, and up to a half less. */
  Duration pause(int failures, RandomGenerator random) {
    long doubled = SHORTEST_RETRY_MILLIS << Math.min(failures, MAX_DOUBLINGS);
    long millis = Math.min(doubled, retry.toMillis());
    return Duration.ofNanos((long) (millis * 1e6 * random.nextDouble(0.5, 1.0)));
  }
}
