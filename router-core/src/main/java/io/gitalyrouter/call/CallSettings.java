package io.gitalyrouter.call;

import io.gitalyrouter.method.MethodRules;
import io.gitalyrouter.time.Ticker;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What all calls of a router share. <em>Immutable.</em>
 *
 * @param ticker the time
 * @param random draws the bucket of a call; thread-safe
 * @param executor runs the callbacks of refused calls that bring no executor
 * @param budget bounds what is kept for replays
 * @param methods what is known of each method
 * @param networkShare the part of what is left of a deadline that the first attempt of a replayable
 *     call may use; above 0, below 1
 * @param stickyAfterWrite for how long after a write the readers of its correlation id stay on its
 *     side; zero for not at all
 */
public record CallSettings(
    Ticker ticker,
    RandomGenerator random,
    Executor executor,
    ReplayBudget budget,
    MethodRules methods,
    double networkShare,
    Duration stickyAfterWrite) {
  /** The default of {@code networkShare}. */
  public static final double DEFAULT_NETWORK_SHARE = 0.7;
}
