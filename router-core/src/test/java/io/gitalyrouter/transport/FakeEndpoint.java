package io.gitalyrouter.transport;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.time.Ticker;
import io.gitalyrouter.transport.WatchedCall.Nudge;
import io.grpc.ManagedChannel;

/** Endpoints over any channel, whose state the test sets itself. */
public final class FakeEndpoint {
  private FakeEndpoint() {}

  /** A ready endpoint. */
  public static LiveEndpoint ready(
      Route route, String address, ManagedChannel channel, Ticker ticker) {
    LiveEndpoint endpoint =
        new LiveEndpoint(route, Endpoint.parse(address), channel, null, ticker, () -> {});
    endpoint.state(EndpointState.READY);
    return endpoint;
  }

  /** Sets the state, without a word to the calls. */
  public static void state(LiveEndpoint endpoint, EndpointState state) {
    endpoint.state(state);
  }

  /** Refuses leases from now on. */
  public static void retire(LiveEndpoint endpoint) {
    boolean unused = endpoint.retire();
  }

  /** Nudges the calls that are watched. */
  public static void nudgeAll(LiveEndpoint endpoint, Nudge why) {
    endpoint.nudgeAll(why);
  }

  /** Nudges the calls whose share is spent. */
  public static void nudgeSpent(LiveEndpoint endpoint, long nowNanos) {
    endpoint.nudgeSpent(nowNanos);
  }
}
