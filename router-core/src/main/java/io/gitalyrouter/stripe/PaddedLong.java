package io.gitalyrouter.stripe;

import java.util.concurrent.atomic.AtomicLongArray;

/** A number with no other written word near it. <em>Thread-safe.</em> */
public final class PaddedLong {
  /** Processors fetch lines of 64 bytes in pairs: 16 longs on either side. */
  private static final int AT = 16;

  private final AtomicLongArray words = new AtomicLongArray(2 * AT);

  /** The number. */
  public long get() {
    return words.get(AT);
  }

  /** Sets it, if it is what is expected. */
  public boolean compareAndSet(long expected, long next) {
    return words.compareAndSet(AT, expected, next);
  }

  /** Adds, and returns the sum. */
  public long addAndGet(long change) {
    return words.addAndGet(AT, change);
  }

  /** Sets it; whoever finds it so, also finds what this thread wrote before. */
  public void setRelease(long next) {
    words.setRelease(AT, next);
  }

  /** Sets it, and returns what it was. */
  public long getAndSet(long next) {
    return words.getAndSet(AT, next);
  }
}
