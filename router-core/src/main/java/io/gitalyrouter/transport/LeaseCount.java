package io.gitalyrouter.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the calls on an endpoint, and closes the door behind the last one. The state is one
 * number: the leases given, plus a flag in the sign bit once the endpoint is retired; the door
 * closes when the flag is set and the leases are zero, and exactly one thread sees that.
 * <em>Thread-safe.</em>
 */
final class LeaseCount {
  private static final long RETIRED = Long.MIN_VALUE;

  private final AtomicLong state = new AtomicLong();

  /** Takes a lease, unless the endpoint is retired. */
  boolean tryAcquire() {
    return tryAcquire(Long.MAX_VALUE);
  }

  /** As above, unless so many leases are out. */
  boolean tryAcquire(long limit) {
    long seen = state.get();
    while (seen >= 0 && seen < limit) {
      if (state.compareAndSet(seen, seen + 1)) {
        return true;
      }
      seen = state.get();
    }
    return false;
  }

  /**
   * Gives one lease back.
   *
   * @return whether it was the last one of a retired endpoint
   */
  boolean release() {
    long now = state.decrementAndGet();
    if (now == -1 || now == Long.MAX_VALUE) {
      throw new IllegalStateException("a lease was given back twice");
    }
    return now == RETIRED;
  }

  /**
   * Refuses leases from now on.
   *
   * @return whether no lease is out; if some are, the last {@link #release} says so
   */
  boolean retire() {
    long before = state.getAndUpdate(seen -> seen | RETIRED);
    return before == 0;
  }

  boolean isRetired() {
    return state.get() < 0;
  }

  /** The leases that are out. */
  long count() {
    return state.get() & ~RETIRED;
  }
}
