package io.gitalyrouter.count;

import io.gitalyrouter.stripe.Striped;
import io.gitalyrouter.stripe.Stripes;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The age of the oldest call that runs, to a second. The running calls of a stripe are counted in a
 * ring by the second in which they began, so nothing is made or kept for a call. Seconds that share
 * a place are counted as the oldest of them until the place is empty: an age may be too high then,
 * by calls of more than {@value #PLACES} s, and never too low. <em>Thread-safe.</em>
 */
final class OldestCall {
  static final int PLACES = 64;

  private static final int COUNT_BITS = 32;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  /**
   * The second above, the calls that began in it below. A call that ends changes the count alone. A
   * ring is made by the first call of its stripe: of many storages most may never have one.
   */
  private final Striped<AtomicLongArray> rings =
      new Striped<>(stripe -> new AtomicLongArray(PLACES));

  void started(int stripe, long startNanos) {
    AtomicLongArray places = rings.of(stripe);
    int second = second(startNanos);
    int place = Math.floorMod(second, PLACES);
    while (true) {
      long seen = places.get(place);
      int held = (int) (seen >> COUNT_BITS);
      int older = (seen & COUNT_MASK) == 0 || second - held < 0 ? second : held;
      long next = ((long) older << COUNT_BITS) | ((seen & COUNT_MASK) + 1);
      if (places.compareAndSet(place, seen, next)) {
        return;
      }
    }
  }

  /** A call ended that began with this stripe and this time, in any thread. */
  void ended(int stripe, long startNanos) {
    AtomicLongArray places = Objects.requireNonNull(rings.ifMade(stripe), "it was never started");
    places.decrementAndGet(Math.floorMod(second(startNanos), PLACES));
  }

  /** The age of the oldest; empty if none runs. */
  Optional<Duration> age(long nowNanos) {
    int now = second(nowNanos);
    int oldest = -1;
    for (int stripe = 0; stripe < Stripes.COUNT; stripe++) {
      AtomicLongArray places = rings.ifMade(stripe);
      for (int place = 0; places != null && place < PLACES; place++) {
        long seen = places.get(place);
        if ((seen & COUNT_MASK) > 0) {
          oldest = Math.max(oldest, Math.max(0, now - (int) (seen >> COUNT_BITS)));
        }
      }
    }
    return oldest < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(oldest));
  }

  /** Wraps after 136 years of a ticker that may begin anywhere; only differences are used. */
  private static int second(long nanos) {
    return (int) Math.floorDiv(nanos, TimeUnit.SECONDS.toNanos(1));
  }
}
