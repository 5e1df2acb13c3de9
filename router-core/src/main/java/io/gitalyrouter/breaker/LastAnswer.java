package io.gitalyrouter.breaker;

import java.util.concurrent.TimeUnit;

/**
 * When a call was last answered, to {@link #STEP_NANOS}. Written by any I/O thread, read by the
 * watch; a lost write is made again by the next answer. <em>Thread-safe.</em>
 */
final class LastAnswer {
  /** So that not every answer takes the cache line of all others. */
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private volatile long nanos;

  /** The epoch of that call. */
  private volatile int epoch;

  LastAnswer(long nanos) {
    this.nanos = nanos;
  }

  void note(int issuedIn, long now) {
    if (now - nanos >= STEP_NANOS || epoch != issuedIn) {
      nanos = now;
      epoch = issuedIn;
    }
  }

  long nanos() {
    return nanos;
  }

  int epoch() {
    return epoch;
  }
}
