package io.gitalyrouter;

import io.gitalyrouter.time.Ticker;
import io.gitalyrouter.time.WallClock;
import io.gitalyrouter.transport.ChannelSource;
import io.gitalyrouter.transport.TransportSettings;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/**
 * The world that a router lives in: time, chance, threads and sockets. A simulation brings one in
 * which all of them are its own. <em>Immutable.</em>
 *
 * @param ticker the time
 * @param wallClock dates the tokens, and the slots of the timing log
 * @param random draws buckets and jitter; thread-safe
 * @param scheduler wakes the watch; the router shuts it down
 * @param callbacks runs the callbacks of calls that bring no executor, also of those that end after
 *     the router closed; the router shuts it down
 * @param channels makes the channels; the router closes it
 */
public record RouterEnvironment(
    Ticker ticker,
    Clock wallClock,
    RandomGenerator random,
    ScheduledExecutorService scheduler,
    ExecutorService callbacks,
    ChannelSource channels) {

  /** The process's own clock, new threads and real sockets. */
  static RouterEnvironment real(TransportSettings settings) {
    ExecutorService callbacks = RouterThreads.callbacks();
    return new RouterEnvironment(
        Ticker.system(),
        WallClock.utc(),
        RouterThreads.random(),
        RouterThreads.watch(),
        callbacks,
        ChannelSource.netty(settings, callbacks));
  }
}
