package io.gitalyrouter.time;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A source of time that only moves forward. Compare two readings by subtraction: {@code now - then
 * > limit}; never by {@code now > then + limit}, which breaks when the count wraps.
 * <em>Thread-safe.</em>
 */
@FunctionalInterface
public interface Ticker {
  /** The elapsed time since a fixed but arbitrary moment, in nanoseconds. */
  long nanos();

  /** The time of this process. */
  static Ticker system() {
    return SystemTicker.INSTANCE;
  }

  /** The same time for libraries that ask for a {@link Clock}; its epoch is arbitrary. */
  default Clock asClock() {
    Ticker ticker = this;
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return Instant.ofEpochSecond(0, ticker.nanos());
      }
    };
  }
}
