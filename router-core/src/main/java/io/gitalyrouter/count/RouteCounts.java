package io.gitalyrouter.count;

import io.gitalyrouter.route.Route;
import io.gitalyrouter.stripe.StripedCounts;
import io.grpc.Status;

/** The calls of one method of one storage on one route. <em>Thread-safe.</em> */
public final class RouteCounts {
  private static final int STARTED = 0;

  /** On the network route, the calls that left it; on the local one, those that came. */
  private static final int MOVES = 1;

  private static final int SENT = 2;
  private static final int RECEIVED = 3;

  /** The first of as many as there are codes. */
  private static final int ENDED = 4;

  private static final int CODES = Status.Code.values().length;

  private final Route route;
  private final MethodName method;
  private final CountListener listener;
  private final StripedCounts counts = new StripedCounts(ENDED + CODES);
  private final Object lock = new Object();

  /** A bit for each code that the listener knows. Written under the lock, read without it. */
  private volatile int known;

  private final CallTimes times;

  RouteCounts(Route route, MethodName method, CountListener listener) {
    this.route = route;
    this.method = method;
    this.listener = listener;
    this.times = listener.first(method, this);
  }

  /** The route. */
  public Route route() {
    return route;
  }

  /** The calls that began on this route; those that moved here began on the other. */
  public long started() {
    return counts.sum(STARTED);
  }

  /** The messages that callers sent while their calls were on this route. */
  public long sent() {
    return counts.sum(SENT);
  }

  /** The messages that callers got from this route. */
  public long received() {
    return counts.sum(RECEIVED);
  }

  /**
   * The calls that run on this route. What is subtracted is read first: a call that begins or ends
   * meanwhile may be counted, and one that runs all the time is never missed.
   */
  public long inFlight() {
    long gone = 0;
    for (int code = 0; code < CODES; code++) {
      gone += counts.sum(ENDED + code);
    }
    long moved = counts.sum(MOVES);
    long begun = started();
    return Math.max(0, (route == Route.NETWORK ? begun - moved : begun + moved) - gone);
  }

  void start() {
    counts.increment(STARTED);
  }

  void move() {
    counts.increment(MOVES);
  }

  void send() {
    counts.increment(SENT);
  }

  void receive() {
    counts.increment(RECEIVED);
  }

  void answer(long nanos) {
    times.firstMessage(nanos);
  }

  void end(Status.Code code, long nanos) {
    times.ended(nanos);
    if ((known & bit(code)) == 0) {
      tellFirst(code);
    }
    counts.increment(ENDED + code.value());
  }

  private static int bit(Status.Code code) {
    return 1 << code.value();
  }

  private void tellFirst(Status.Code code) {
    synchronized (lock) {
      if ((known & bit(code)) == 0) {
        listener.firstEnd(method, route, code, () -> counts.sum(ENDED + code.value()));
        known |= bit(code);
      }
    }
  }
}
