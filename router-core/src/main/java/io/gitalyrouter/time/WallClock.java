package io.gitalyrouter.time;

import java.time.Clock;

/** The time of day, for what people and other hosts read. <em>Immutable.</em> */
public final class WallClock {
  private WallClock() {}

  /** The process's own, in UTC. Durations are counted with a {@link Ticker}, never with this. */
  public static Clock utc() {
    return Clock.systemUTC();
  }
}
