package io.gitalyrouter.count;

import io.gitalyrouter.route.Route;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/** The calls of one method of one storage on one route. <em>Thread-safe.</em> */
public final class RouteCounts {
  private final Route route;
  private final MethodName method;
  private final CountListener listener;
  private final LongAdder started = new LongAdder();

  /** On the network route, the calls that left it; on the local one, those that came. */
  private final LongAdder moves = new LongAdder();

  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final Object lock = new Object();

  /** By the number of the code; written once each under the lock, read without it. */
  private final AtomicReferenceArray<LongAdder> ended =
      new AtomicReferenceArray<>(Status.Code.values().length);

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
    return started.sum();
  }

  /** The messages that callers sent while their calls were on this route. */
  public long sent() {
    return sent.sum();
  }

  /** The messages that callers got from this route. */
  public long received() {
    return received.sum();
  }

  /**
   * The calls that run on this route. What is subtracted is read first: a call that begins or ends
   * meanwhile may be counted, and one that runs all the time is never missed.
   */
  public long inFlight() {
    long gone = 0;
    for (int code = 0; code < ended.length(); code++) {
      LongAdder count = ended.get(code);
      gone += count == null ? 0 : count.sum();
    }
    long moved = moves.sum();
    long begun = started.sum();
    return Math.max(0, (route == Route.NETWORK ? begun - moved : begun + moved) - gone);
  }

  void start() {
    started.increment();
  }

  void move() {
    moves.increment();
  }

  void send() {
    sent.increment();
  }

  void receive() {
    received.increment();
  }

  void answer(long nanos) {
    times.firstMessage(nanos);
  }

  void end(Status.Code code, long nanos) {
    times.ended(nanos);
    LongAdder count = ended.get(code.value());
    (count == null ? firstEnd(code) : count).increment();
  }

  private LongAdder firstEnd(Status.Code code) {
    synchronized (lock) {
      LongAdder count = ended.get(code.value());
      if (count == null) {
        LongAdder made = new LongAdder();
        listener.firstEnd(method, route, code, made::sum);
        ended.set(code.value(), made);
        return made;
      }
      return count;
    }
  }
}
