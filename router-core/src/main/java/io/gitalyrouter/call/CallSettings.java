package io.gitalyrouter.call;

import io.gitalyrouter.method.MethodRules;
import io.gitalyrouter.time.Ticker;
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
 * @param spare for looking at messages
 */
public record CallSettings(
    Ticker ticker,
    RandomGenerator random,
    Executor executor,
    ReplayBudget budget,
    MethodRules methods,
    SpareBytes spare) {}
