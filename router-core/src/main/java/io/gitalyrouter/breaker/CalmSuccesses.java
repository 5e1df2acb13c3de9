package io.gitalyrouter.breaker;

import io.gitalyrouter.stripe.PaddedLong;
import io.gitalyrouter.stripe.Striped;
import io.gitalyrouter.stripe.Stripes;

/**
 * The successes that the window does not know yet. While nothing speaks against the side, a success
 * can change nothing but a sum; so it is noted in the stripe of its thread, and the window learns
 * of many at once: when a stripe has {@value #BATCH}, when its next second has begun, and before a
 * failure is counted. <em>Thread-safe.</em>
 */
final class CalmSuccesses {
  static final int BATCH = 32;

  private static final int COUNT_BITS = 16;
  private static final int MOST = (1 << COUNT_BITS) - 1;

  /** Differences are right for four years. */
  private static final int SECOND_BITS = 28;

  private static final int EPOCH_BITS = Long.SIZE - SECOND_BITS - COUNT_BITS;

  private final int windowSeconds;

  /**
   * The epoch above, then the second in which the first was noted, then how many. Each made by the
   * first call of its threads.
   */
  private final Striped<PaddedLong> stripes = new Striped<>(stripe -> new PaddedLong());

  CalmSuccesses(int windowSeconds) {
    this.windowSeconds = windowSeconds;
  }

  /**
   * Notes one. What a stripe cannot hold, because nobody took {@value #MOST} of them, is forgotten.
   *
   * @param second of any clock that goes on
   * @return whether it is time to take what the stripe has
   */
  boolean note(int stripe, int epoch, int second) {
    PaddedLong word = stripes.of(stripe);
    while (true) {
      long seen = word.get();
      if (epochsBehind(epoch, seen) > 0) {
        // Of an epoch that is over.
        return false;
      }
      int before = counted(seen, epoch, second);
      int noted = Math.min(MOST, before + 1);
      int began = before == 0 ? second : second - age(seen, second);
      if (word.compareAndSet(seen, word(epoch, began, noted))) {
        return noted >= BATCH || began != second;
      }
    }
  }

  /** Takes what a stripe has noted. */
  int take(int stripe, int epoch, int second) {
    PaddedLong word = stripes.ifMade(stripe);
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
    boolean isOurs = epochsBehind(epoch, word) == 0 && age(word, second) < windowSeconds;
    return isOurs ? count(word) : 0;
  }

  private static long word(int epoch, int second, int count) {
    long low = ((long) second << COUNT_BITS) & ((1L << (SECOND_BITS + COUNT_BITS)) - 1);
    return ((long) epoch << (SECOND_BITS + COUNT_BITS)) | low | count;
  }

  /** By how many epochs this one is older than the word's. */
  private static int epochsBehind(int epoch, long word) {
    int unused = Integer.SIZE - EPOCH_BITS;
    return (((int) (word >> (SECOND_BITS + COUNT_BITS)) - epoch) << unused) >> unused;
  }

  /** In seconds. Who read the clock before the word's first was noted is no older than that. */
  private static int age(long word, int second) {
    int unused = Integer.SIZE - SECOND_BITS;
    return Math.max(0, ((second - (int) (word >> COUNT_BITS)) << unused) >> unused);
  }

  private static int count(long word) {
    return (int) (word & MOST);
  }
}
