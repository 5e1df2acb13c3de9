package io.gitalyrouter.transport;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.stripe.PaddedLong;
import io.gitalyrouter.transport.WatchedCall.Nudge;

/**
 * The right to have a call on an endpoint. All leases that the threads of one stripe take are this
 * one object, with their number; so giving one makes nothing, and a call gives its lease back where
 * it was taken, whichever thread ends it. <em>Thread-safe.</em>
 */
public final class Lease {
  private static final long RETIRED = Long.MIN_VALUE;

  private final LiveEndpoint endpoint;
  private final Leases all;

  /** The leases given, plus a flag in the sign bit once the endpoint is retired. */
  private final PaddedLong state = new PaddedLong();

  private final WatchedCalls watched = new WatchedCalls();

  Lease(LiveEndpoint endpoint, Leases all) {
    this.endpoint = endpoint;
    this.all = all;
  }

  /** What it is a lease of. */
  public LiveEndpoint endpoint() {
    return endpoint;
  }

  /** Takes one more, unless the endpoint is retired. */
  boolean tryAcquire() {
    long seen = state.get();
    while (seen >= 0) {
      if (state.compareAndSet(seen, seen + 1)) {
        return true;
      }
      seen = state.get();
    }
    return false;
  }

  /** Gives it back: once for each time that it was given. */
  public void release() {
    long now = state.addAndGet(-1);
    if (now == -1 || now == Long.MAX_VALUE) {
      throw new IllegalStateException("a lease was given back twice");
    }
    if (now < 0) {
      all.releasedAfterRetirement();
    }
  }

  /** Gives none from now on; returns how many are out. */
  long retire() {
    long seen = state.get();
    while (!state.compareAndSet(seen, seen | RETIRED)) {
      seen = state.get();
    }
    return seen;
  }

  /** The leases that are out. */
  long count() {
    return state.get() & ~RETIRED;
  }

  /** Has a call told when it had better move; it is told at once if that is now. */
  public void watch(WatchedCall call) {
    watched.add(call);
    // The watch changes the state first and then tells the calls: one of the two sees the other.
    EndpointState now = endpoint.state();
    if (now == EndpointState.SUSPECT) {
      call.nudge(Nudge.SILENT);
    } else if (now != EndpointState.READY) {
      call.nudge(Nudge.DISCONNECTED);
    }
  }

  /** Forgets a call that can no longer move, or need not. */
  public void unwatch(WatchedCall call) {
    watched.remove(call);
  }

  WatchedCalls watched() {
    return watched;
  }
}
