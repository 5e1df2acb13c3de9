package io.gitalyrouter.call;

import io.gitalyrouter.route.Route;
import io.gitalyrouter.transport.Lease;
import io.gitalyrouter.transport.WatchedCall;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * A call that is tried on the network side and, if that fails before it is committed, moved to the
 * local side.
 *
 * <pre>
 *   UNCOMMITTED --an answer, or too much sent--> COMMITTED to the network attempt --> closed
 *        |
 *        +--the attempt ends, and the call may move--> COMMITTED to the local attempt --> closed
 * </pre>
 *
 * <p>The call is committed when its caller is told something: the headers together with the first
 * message of a stream, or the whole answer of a unary call. Nothing is lost by waiting, because
 * neither says anything by itself; a server that dies in between is replaced unnoticed. A caller
 * that sends a stream may wait for the headers, so it gets them at once.
 *
 * <p>The local attempt starts only after the network attempt has told its end, so the two never
 * speak at the same time, and the caller's listener hears one thing at a time. <em>Thread-safe in
 * what {@link ClientCall} asks for: requests and cancels come from any thread.</em>
 */
final class FallbackCall<Q, P> extends ClientCall<Q, P> implements WatchedCall {
  private static final Status CROSSED =
      Status.CANCELLED.withDescription("the answer crossed the move");

  private final NetworkPlan<Q, P> plan;
  private final Context context;
  private final Carrier<Q, P> carrier;
  private final int suspicionsBefore;

  /** Set by start, before any attempt can speak. */
  private @Nullable Listener<P> listener;

  /**
   * What the caller gave to start; kept for the local attempt, as grpc writes into what it gets.
   */
  private Metadata headers = Carrier.NOT_GIVEN;

  /** Whether the first message was looked at. Confined to the caller's thread. */
  private boolean begun;

  /**
   * Whether the local attempt is the current one. Written by a callback, read by the caller, which
   * counts what it sends; seen late, a message counts as one of the side that is left.
   */
  private volatile boolean moved;

  /** How the network attempt failed, once the call has moved. Confined to the callbacks. */
  private @Nullable Status movedAfter;

  /** Whether the call moved because the network side does not have the repository. As above. */
  private boolean deniedByNetwork;

  /** Whether the caller got a message. As above. */
  private boolean answered;

  FallbackCall(NetworkPlan<Q, P> plan, Context context) {
    this.plan = plan;
    this.context = context;
    this.suspicionsBefore = plan.network().suspicions();
    AttemptTrace trace = new AttemptTrace(plan.network(), plan.permit());
    ClientCall<Q, P> call =
        plan.network()
            .newCall(
                plan.method(), impatient(plan.options()).withStreamTracerFactory(trace), context);
    this.carrier =
        new Carrier<>(plan.settings().budget(), new Attempt<>(this, plan.lease(), call, trace));
  }

  /** Who waits for a connection waits for the local one. */
  private static CallOptions impatient(CallOptions options) {
    return options.isWaitForReady() ? options.withoutWaitForReady() : options;
  }

  Listener<P> listener() {
    if (listener == null) {
      throw new IllegalStateException("the call has not been started");
    }
    return listener;
  }

  @Override
  public void start(Listener<P> responseListener, Metadata requestHeaders) {
    listener = responseListener;
    headers = requestHeaders;
    Metadata copy = new Metadata();
    copy.merge(requestHeaders);
    plan.recorder().attempting(Route.NETWORK, copy);
    boolean started = false;
    try {
      // Watched before it starts: its end, which unwatches it, can come at once.
      plan.lease().watch(this);
      carrier.start(copy);
      started = true;
    } finally {
      if (!started) {
        plan.lease().unwatch(this);
        plan.permit().ignored();
        plan.lease().release();
        plan.recorder().ended(Route.NETWORK, Status.Code.INTERNAL, plan.startNanos());
      }
    }
  }

  @Override
  public void sendMessage(Q message) {
    plan.recorder().sent(moved ? Route.LOCAL : Route.NETWORK);
    ClientCall<Q, P> direct = carrier.direct();
    if (direct == null) {
      boolean isFirst = !begun;
      begun = true;
      push(
          message,
          isFirst
              ? FirstMessage.read(plan, message, this)
              : MessageSize.of(plan.method(), message));
    } else {
      direct.sendMessage(message);
    }
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    ClientCall<Q, P> direct = carrier.direct();
    if (direct == null) {
      push(enabled ? Carrier.Compression.ON : Carrier.Compression.OFF, 0);
    } else {
      direct.setMessageCompression(enabled);
    }
  }

  private void push(Object entry, long bytes) {
    if (!carrier.push(entry, bytes)) {
      plan.lease().unwatch(this);
      plan.recorder().committedEarly();
    }
  }

  @Override
  public void halfClose() {
    ClientCall<Q, P> direct = carrier.direct();
    if (direct == null) {
      carrier.halfClose();
    } else {
      direct.halfClose();
    }
  }

  @Override
  public void request(int count) {
    carrier.request(count);
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    carrier.cancel(
        Status.CANCELLED
            .withDescription(message == null ? "cancelled by the caller" : message)
            .withCause(cause));
  }

  @Override
  public boolean isReady() {
    ClientCall<Q, P> started = carrier.startedCall();
    return started != null && started.isReady();
  }

  @Override
  public Attributes getAttributes() {
    ClientCall<Q, P> started = carrier.startedCall();
    return started == null ? Attributes.EMPTY : started.getAttributes();
  }

  @Override
  public void age(long nowNanos, boolean endpointSpeaks) {
    if (plan.hasShare() && nowNanos - plan.shareEndsNanos() >= 0) {
      nudge(Nudge.SHARE_SPENT);
    } else if (plan.owesAnswer()) {
      plan.permit().age(nowNanos, endpointSpeaks);
    }
  }

  /** By identity, as calls are compared; the JVM's own costs more, once for every call. */
  @Override
  public int hashCode() {
    return Long.hashCode(plan.startNanos());
  }

  @Override
  public void nudge(Nudge why) {
    carrier.nudge(why, plan.isReplayable());
  }

  void onHeaders(Attempt<Q, P> attempt, Metadata responseHeaders) {
    if (plan.holdsAnswer() && isNetwork(attempt) && !carrier.isCommitted()) {
      attempt.hold(responseHeaders);
    } else if (mayDeliver(attempt)) {
      listener().onHeaders(responseHeaders);
    }
  }

  void onMessage(Attempt<Q, P> attempt, P message) {
    if (plan.holdsMessage() && attempt.isHolding()) {
      attempt.hold(message);
    } else if (mayDeliver(attempt)) {
      if (deniedByNetwork && !deniesExistence(message)) {
        deniedByNetwork = false;
        plan.network().contradictStorage();
      }
      tell(attempt, message);
    }
  }

  /** The caller gets a message of an attempt. */
  void tell(Attempt<Q, P> attempt, P message) {
    Route route = isNetwork(attempt) ? Route.NETWORK : Route.LOCAL;
    if (!answered) {
      answered = true;
      plan.recorder().answered(route, plan.startNanos());
    }
    plan.recorder().received(route);
    listener().onMessage(message);
  }

  private boolean deniesExistence(@Nullable P answer) {
    return answer != null
        && plan.rule().asksExistence()
        && MessageSize.isEmpty(plan.method(), answer);
  }

  void onClose(Attempt<Q, P> attempt, Status status, Metadata trailers) {
    if (isNetwork(attempt)) {
      onNetworkEnd(attempt, attempt.isDiscarded() ? CROSSED : status, trailers);
    } else {
      attempt.lease().release();
      finish(Route.LOCAL, status, trailers);
    }
  }

  private boolean isNetwork(Attempt<Q, P> attempt) {
    return attempt.lease() == plan.lease();
  }

  /**
   * Commits the call to the attempt that has something for the caller. If the attempt was cancelled
   * for a move already, its answer may be cut off anywhere; if the call may run twice, it is
   * dropped.
   */
  private boolean mayDeliver(Attempt<Q, P> attempt) {
    if (attempt.isDelivering() || !isNetwork(attempt)) {
      return true;
    }
    if (attempt.isDiscarded() || !carrier.commitOnAnswer(plan.isReplayable())) {
      attempt.discard();
      return false;
    }
    plan.lease().unwatch(this);
    plan.recorder().committed();
    carrier.carry();
    attempt.deliver(listener());
    return true;
  }

  private void onNetworkEnd(Attempt<Q, P> attempt, Status status, Metadata trailers) {
    plan.lease().unwatch(this);
    boolean mayMove = !carrier.isCommitted();
    NetworkEnd end =
        new NetworkEnd(
            status,
            trailers,
            attempt.headersSeen(),
            attempt.headersLeft(),
            plan.isReplayable(),
            carrier.nudgeSent(),
            carrier.cancelled() != null || context.isCancelled(),
            deniesExistence(attempt.heldMessage()),
            plan.network().suspicions() != suspicionsBefore);
    end.tell(plan);
    if (end.isNotThere() || status.getCode() == Status.Code.NOT_FOUND) {
      plan.network().doubtStorage();
    }
    plan.lease().release();
    MoveCause cause = mayMove ? end.moveCause() : null;
    if (cause == null || !moveToLocal(status, cause)) {
      Status cancelled = carrier.cancelled();
      if (cancelled == null || status.isOk()) {
        attempt.deliver(listener());
        finish(Route.NETWORK, end.toldStatus(), trailers);
      } else {
        finish(Route.NETWORK, cancelled, trailers);
      }
    }
  }

  private boolean moveToLocal(Status status, MoveCause cause) {
    Lease local = plan.local().get();
    if (local == null) {
      return false;
    }
    ClientCall<Q, P> call = local.endpoint().newCall(plan.method(), plan.options(), context);
    boolean failed = cause != MoveCause.GIT_QUARANTINE && cause != MoveCause.NOT_THERE;
    movedAfter = failed ? status : null;
    deniedByNetwork = cause == MoveCause.NOT_THERE;
    if (!carrier.moveTo(new Attempt<>(this, local, call, null), headers)) {
      movedAfter = null;
      local.release();
      return false;
    }
    moved = true;
    plan.recorder().attempting(Route.LOCAL, headers);
    plan.recorder().moved(plan.method(), status, cause, plan.startNanos());
    carrier.carry();
    return true;
  }

  private void finish(Route served, Status status, Metadata trailers) {
    carrier.close();
    plan.recorder().ended(served, status.getCode(), plan.startNanos());
    Status network = movedAfter;
    listener().onClose(network == null ? status : afterMove(status, network), trailers);
  }

  /** The caller gets local's status, with what happened on the network side in its description. */
  private Status afterMove(Status local, Status network) {
    if (local.isOk()) {
      return local;
    }
    String why = network.getDescription();
    return local.augmentDescription(
        "served locally after the network side ("
            + plan.network().endpoint().address()
            + ") failed: "
            + network.getCode()
            + (why == null ? "" : ": " + why));
  }
}
