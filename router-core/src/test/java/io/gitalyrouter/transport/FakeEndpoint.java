package io.gitalyrouter.transport;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.time.Ticker;
import io.gitalyrouter.transport.WatchedCall.Nudge;
import io.grpc.ManagedChannel;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

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

  /** Has the calls that are watched look at the time, as on an endpoint that speaks. */
  public static void age(LiveEndpoint endpoint, long nowNanos) {
    endpoint.ageCalls(nowNanos, /* speaks= */ true);
  }

  /** A check that has found both sides to serve the same files. */
  public static StorageCheck sameStorage(String storage, LiveEndpoint local, LiveEndpoint network) {
    serve(local, storage, "fs-1");
    serve(network, storage, "fs-1");
    StorageCheck check = new StorageCheck(storage, local, network);
    boolean unused = check.refresh();
    return check;
  }

  /** The endpoint reports this file system behind the storage. */
  public static void serve(LiveEndpoint endpoint, String storage, String filesystemId) {
    endpoint.report(
        new ServerReport(
            "18.9.0",
            Map.of(storage, new ServerReport.Storage(/* readable= */ true, filesystemId))));
  }

  /** Looks again. */
  public static void refresh(StorageCheck check) {
    boolean unused = check.refresh();
  }

  /** The endpoint's server is being asked what it serves. */
  public static void asked(LiveEndpoint endpoint) {
    endpoint.storageAsked();
  }

  /** Whether the endpoint's server is to be asked at once what it serves. */
  public static boolean isStorageContradicted(LiveEndpoint endpoint) {
    return endpoint.isStorageContradicted();
  }

  /** Whether a call gave reason to ask the server what it serves. */
  public static boolean isStorageDoubted(LiveEndpoint endpoint) {
    return endpoint.isStorageDoubted();
  }

  /** A lease of a live endpoint. */
  public static Lease lease(LiveEndpoint endpoint) {
    Lease lease = endpoint.tryLease();
    if (lease == null) {
      throw new AssertionError(endpoint + " is retired");
    }
    return lease;
  }

  /** The calls that would be nudged. */
  public static int watchedCalls(LiveEndpoint endpoint) {
    AtomicInteger calls = new AtomicInteger();
    endpoint.forEachWatched(call -> calls.incrementAndGet());
    return calls.get();
  }

  /** When the endpoint was heard last. */
  public static long heardNanos(LiveEndpoint endpoint) {
    return endpoint.heardNanos();
  }
}
