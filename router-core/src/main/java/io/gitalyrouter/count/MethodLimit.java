package io.gitalyrouter.count;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the methods that have counts of their own, over all storages of a router: one place for
 * each method of each storage. <em>Thread-safe.</em>
 */
public final class MethodLimit {
  /** Enough for 33 storages of a process that calls 60 methods of each. */
  public static final int DEFAULT_PLACES = 2_000;

  private final int places;
  private final AtomicInteger taken = new AtomicInteger();

  /** A limit of so many places. */
  public MethodLimit(int places) {
    this.places = places;
  }

  boolean tryTake() {
    if (taken.incrementAndGet() <= places) {
      return true;
    }
    taken.decrementAndGet();
    return false;
  }

  void giveBack(int count) {
    taken.addAndGet(-count);
  }
}
