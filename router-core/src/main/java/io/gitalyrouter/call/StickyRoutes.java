package io.gitalyrouter.call;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.gitalyrouter.method.MethodRule;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.time.Ticker;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers on which side the writes of a correlation id run, and ran last. An id is held while a
 * write runs, because its hooks may ask, and for a time after the end of the last one, however it
 * ended: what failed may have been done. A write that moves takes its id along. The memory is
 * bounded; what has to be forgotten too early goes where its role sends it. <em>Thread-safe: the
 * lock is held for one look, and never by a call without an id.</em>
 */
final class StickyRoutes implements AfterWrites {
  /** The most ids of one storage; those written to longest ago make room. */
  static final int MAX_IDS = 10_000;

  /** Longer ids are not remembered: no caller's header decides how much memory is held. */
  static final int MAX_ID_CHARS = 256;

  private final Duration length;
  private final long lengthNanos;
  private final Ticker ticker;
  private final Object lock = new Object();

  /** By id, in the order of what happened last. */
  @GuardedBy("lock") private final Map<String, Stay> stays = new LinkedHashMap<>();

  /**
   * Whether anything is remembered. Written under the lock, read by every reader; one that sees it
   * late goes where its role sends it.
   */
  private volatile boolean any;

  StickyRoutes(Duration length, Ticker ticker) {
    this.length = length;
    this.lengthNanos = length.toNanos();
    this.ticker = ticker;
  }

  @Override
  public Duration length() {
    return length;
  }

  @Override
  public @Nullable Route side(MethodRule rule, Metadata headers) {
    if (!any || !rule.isReplayable()) {
      return null;
    }
    String id = headers.get(RoutingChannel.CORRELATION_ID);
    if (id == null) {
      return null;
    }
    synchronized (lock) {
      forgetOld();
      Stay stay = stays.get(id);
      return stay == null || isOver(stay) ? null : stay.side();
    }
  }

  @Override
  public CallRecorder recorder(MethodRule rule, Metadata headers, CallRecorder calls) {
    if (rule.isReplayable()) {
      return calls;
    }
    String id = headers.get(RoutingChannel.CORRELATION_ID);
    if (id == null || id.length() > MAX_ID_CHARS) {
      return calls;
    }
    return (method, decision, startNanos) -> {
      note(id, decision.route(), 1);
      return new Write(id, calls.started(method, decision, startNanos));
    };
  }

  private boolean isOver(Stay stay) {
    return stay.running() == 0 && ticker.nanos() - stay.sinceNanos() >= lengthNanos;
  }

  /** A write of this id is on this side; the count of those that run changes by so many. */
  private void note(String id, Route side, int change) {
    synchronized (lock) {
      Stay before = stays.remove(id);
      int running = Math.max(0, (before == null ? 0 : before.running()) + change);
      stays.put(id, new Stay(side, running, ticker.nanos()));
      forgetOld();
    }
  }

  @GuardedBy("lock") private void forgetOld() {
    Iterator<Stay> oldest = stays.values().iterator();
    while (oldest.hasNext() && (isOver(oldest.next()) || stays.size() > MAX_IDS)) {
      oldest.remove();
    }
    any = !stays.isEmpty();
  }

  /** The ids in memory. */
  int size() {
    synchronized (lock) {
      return stays.size();
    }
  }

  private record Stay(Route side, int running, long sinceNanos) {}

  /** Notes where a write runs, and that it ended. */
  private final class Write implements RelayingCall {
    private final String id;
    private final RunningCall next;

    Write(String id, RunningCall next) {
      this.id = id;
      this.next = next;
    }

    @Override
    public RunningCall next() {
      return next;
    }

    @Override
    public void moved(
        MethodDescriptor<?, ?> method, Status status, MoveCause cause, long startNanos) {
      note(id, Route.LOCAL, 0);
      next.moved(method, status, cause, startNanos);
    }

    @Override
    public void ended(Route served, Status.Code code, long startNanos) {
      note(id, served, -1);
      next.ended(served, code, startNanos);
    }
  }
}
