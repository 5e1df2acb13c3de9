package io.gitalyrouter.metrics;

import io.gitalyrouter.route.Route;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts the calls of each id by route until the id has been quiet for a time, in a table of fixed
 * size and without a lock: an id has one of {@value #WAYS} places, one word each. If all are taken,
 * the one that was quiet for longest is counted out early, and would be counted anew. Two ids with
 * the same hash code are one. <em>Thread-safe.</em>
 *
 * <pre>
 *   | 18 bits of the hash code | 18 bits, the second of the last call | 14 bits local | 14 network |
 * </pre>
 */
final class IdTally {
  static final int PLACES = 1 << 14;
  static final int WAYS = 4;

  /** At this many calls on a route an id is counted out, and counted anew. */
  static final int MOST = (1 << 14) - 1;

  private static final int COUNT_BITS = 14;
  private static final int BOTH_BITS = 2 * COUNT_BITS;
  private static final int HALF_BITS = 18;
  private static final int HALF_MASK = (1 << HALF_BITS) - 1;
  private static final long COUNTS_MASK = (1L << BOTH_BITS) - 1;

  private final AtomicLongArray places = new AtomicLongArray(PLACES);
  private final int quietSeconds;
  private final Heard heard;

  /** Hears of the calls of an id that is quiet; runs on the path of another call at times. */
  @FunctionalInterface
  interface Heard {
    void quiet(int local, int network);
  }

  /**
   * Counts nothing yet.
   *
   * @param quietSeconds above 0, at most 3,600: the second is kept in few bits
   */
  IdTally(int quietSeconds, Heard heard) {
    this.quietSeconds = quietSeconds;
    this.heard = heard;
  }

  /** A call of this id goes to this route. */
  void count(String id, Route route, long second) {
    int hash = mix(id.hashCode());
    int print = hash >>> (Integer.SIZE - HALF_BITS);
    int now = (int) second & HALF_MASK;
    long one = route == Route.LOCAL ? 1L << COUNT_BITS : 1L;
    while (true) {
      int place = placeOf(hash, print, now);
      long seen = places.get(place);
      boolean more = isOf(seen, print) && !isOver(seen, now) && !isFull(seen);
      long next = (more ? seen & COUNTS_MASK : 0) + one + word(print, now);
      if (places.compareAndSet(place, seen, next)) {
        if (!more) {
          tell(seen);
        }
        return;
      }
    }
  }

  /** Counts out the ids that have been quiet for long enough. */
  void sweep(long second) {
    int now = (int) second & HALF_MASK;
    for (int place = 0; place < PLACES; place++) {
      long seen = places.get(place);
      if (seen != 0 && isOver(seen, now) && places.compareAndSet(place, seen, 0)) {
        tell(seen);
      }
    }
  }

  /** The place that the id has; else a free one, else that which was quiet for longest. */
  private int placeOf(int hash, int print, int now) {
    int best = hash & (PLACES - 1);
    int bestAge = -1;
    for (int way = 0; way < WAYS; way++) {
      int place = (hash + way) & (PLACES - 1);
      long seen = places.get(place);
      if (isOf(seen, print)) {
        return place;
      }
      int age = seen == 0 ? Integer.MAX_VALUE : age(seen, now);
      if (age > bestAge) {
        best = place;
        bestAge = age;
      }
    }
    return best;
  }

  private static long word(int print, int second) {
    return ((long) print << (HALF_BITS + BOTH_BITS)) | ((long) second << BOTH_BITS);
  }

  private static boolean isOf(long word, int print) {
    return word != 0 && word >>> (HALF_BITS + BOTH_BITS) == print;
  }

  private static boolean isFull(long word) {
    return local(word) == MOST || network(word) == MOST;
  }

  private boolean isOver(long word, int now) {
    return age(word, now) >= quietSeconds;
  }

  /** A call that read the time before another one sees it a little in the future: that is 0. */
  private static int age(long word, int now) {
    int age = (now - (int) (word >>> BOTH_BITS)) & HALF_MASK;
    return age > HALF_MASK / 2 ? 0 : age;
  }

  private static int local(long word) {
    return (int) (word >>> COUNT_BITS) & MOST;
  }

  private static int network(long word) {
    return (int) word & MOST;
  }

  private void tell(long word) {
    if (word != 0) {
      heard.quiet(local(word), network(word));
    }
  }

  /** Spreads hash codes that differ in few bits over all places. */
  private static int mix(int hash) {
    int h = hash * 0x9E3779B9;
    h ^= h >>> 16;
    h *= 0x85EBCA6B;
    return h ^ (h >>> 13);
  }
}
