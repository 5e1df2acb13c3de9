package io.gitalyrouter.transport;

import io.gitalyrouter.stripe.Striped;
import io.gitalyrouter.stripe.Stripes;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The leases of an endpoint, in stripes: calls that begin in different threads write to different
 * places. A lease is given back to its stripe, so every stripe's number is true by itself, and a
 * call that runs while they are summed is never missed.
 *
 * <p>Retirement closes one stripe after the other. What is given back to a closed stripe is also
 * subtracted from {@link #left}; when all are closed, what was out then is added at once. So it
 * comes to zero once, when nothing is out, and whoever brings it there closes the door.
 * <em>Thread-safe.</em>
 */
final class Leases {
  private final LiveEndpoint endpoint;
  private final Runnable onDrained;

  /** Each made by the first call of its threads; the retirement closes the others with one. */
  private final Striped<Lease> stripes;

  private final AtomicBoolean retired = new AtomicBoolean();

  /** What has to be given back until the end; below zero until {@link #retire} is through. */
  private final AtomicLong left = new AtomicLong();

  /**
   * None is out.
   *
   * @param onDrained run once, by who gives the last lease of a retired endpoint back
   */
  Leases(LiveEndpoint endpoint, Runnable onDrained) {
    this.endpoint = endpoint;
    this.onDrained = onDrained;
    this.stripes = new Striped<>(stripe -> new Lease(endpoint, this));
  }

  /** A lease; null if the endpoint is retired. */
  @Nullable Lease tryAcquire(int stripe) {
    Lease lease = stripes.of(stripe);
    return lease.tryAcquire() ? lease : null;
  }

  /**
   * As above, and null if so many are out. Two that come at once for the last may both be refused.
   */
  @Nullable Lease tryAcquire(int stripe, long limit) {
    Lease lease = tryAcquire(stripe);
    // Counted first, and then looked: of those that are given at once, the last sees all others.
    if (lease != null && count() > limit) {
      lease.release();
      return null;
    }
    return lease;
  }

  void releasedAfterRetirement() {
    if (left.decrementAndGet() == 0) {
      onDrained.run();
    }
  }

  /**
   * Refuses leases from now on.
   *
   * @return whether no lease is out; if some are, the last that comes back ends the endpoint
   */
  boolean retire() {
    if (!retired.compareAndSet(/* expectedValue= */ false, /* newValue= */ true)) {
      return false;
    }
    Lease closed = new Lease(endpoint, this);
    closed.retire();
    long out = 0;
    for (int stripe = 0; stripe < Stripes.COUNT; stripe++) {
      Lease lease = stripes.orElse(stripe, closed);
      out += lease == closed ? 0 : lease.retire();
    }
    return left.addAndGet(out) == 0;
  }

  boolean isRetired() {
    return retired.get();
  }

  /** The leases that are out: those that are out all the time while it counts, and maybe others. */
  long count() {
    long sum = 0;
    for (int stripe = 0; stripe < Stripes.COUNT; stripe++) {
      Lease lease = stripes.ifMade(stripe);
      sum += lease == null ? 0 : lease.count();
    }
    return sum;
  }

  void forEachWatched(Consumer<WatchedCall> task) {
    for (int stripe = 0; stripe < Stripes.COUNT; stripe++) {
      Lease lease = stripes.ifMade(stripe);
      if (lease != null) {
        lease.watched().forEach(task);
      }
    }
  }
}
