package io.gitalyrouter.breaker;

import io.gitalyrouter.stripe.PaddedLong;
import io.gitalyrouter.stripe.Stripes;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The successes that the window does not know yet. While nothing speaks against the side, a success
 * can change nothing but a sum; so it is noted in the stripe of its thread, and the window learns
 * of many at once: when a stripe has {@value #BATCH}, when its next second has begun, and before a
 * failure is counted. <em>Thread-safe.</em>
 */
final class CalmSuccesses {
  static final int BATCH = 32;

  private static final int BITS = 16;
  private static final int MASK = (1 << BITS) - 1;

  private final int windowSeconds;

  /**
   * The epoch above, then the second in which the first was noted, then how many. Each made by the
   * first call of its threads.
   */
  private final AtomicReferenceArray<@Nullable PaddedLong> stripes =
      new AtomicReferenceArray<>(Stripes.COUNT);

  CalmSuccesses(int windowSeconds) {
    this.windowSeconds = windowSeconds;
  }

  /**
   * Notes one. What a stripe cannot hold, because nobody took {@value #MASK} of them, is forgotten.
   *
   * @param second of any clock that goes on
   * @return whether it is time to take what the stripe has
   */
  boolean note(int stripe, int epoch, int second) {
    PaddedLong word = stripes.get(stripe);
    if (word == null) {
      word = first(stripe);
    }
    while (true) {
      long seen = word.get();
      if (epoch(seen) - epoch > 0) {
        // Of an epoch that is over.
        return false;
      }
      int before = counted(seen, epoch, second);
      int noted = Math.min(MASK, before + 1);
      int began = before == 0 ? second : second(seen);
      if (word.compareAndSet(seen, word(epoch, began, noted))) {
        return noted >= BATCH || age(began, second) > 0;
      }
    }
  }

  private PaddedLong first(int stripe) {
    PaddedLong made = new PaddedLong();
    PaddedLong before = stripes.compareAndExchange(stripe, null, made);
    return before == null ? made : before;
  }

  /** Takes what a stripe has noted. */
  int take(int stripe, int epoch, int second) {
    PaddedLong word = stripes.get(stripe);
    return word == null || count(word.get()) == 0
        ? 0
        : counted(word.getAndSet(word(epoch, second, 0)), epoch, second);
  }

  /** Takes all that was noted. */
  int takeAll(int epoch, int second) {
    int taken = 0;
    for (int stripe = 0; stripe < Stripes.COUNT; stripe++) {
      taken += take(stripe, epoch, second);
    }
    return taken;
  }

  /** How many of a word's successes are of this epoch, and young enough for the window. */
  private int counted(long word, int epoch, int second) {
    return epoch(word) == epoch && age(second(word), second) < windowSeconds ? count(word) : 0;
  }

  private static int age(int began, int second) {
    return (second - began) & MASK;
  }

  private static long word(int epoch, int second, int count) {
    return ((long) epoch << (2 * BITS)) | ((long) (second & MASK) << BITS) | count;
  }

  private static int epoch(long word) {
    return (int) (word >> (2 * BITS));
  }

  private static int second(long word) {
    return (int) (word >> BITS) & MASK;
  }

  private static int count(long word) {
    return (int) (word & MASK);
  }
}
