package io.gitalyrouter.call;

import io.gitalyrouter.breaker.RouteBreaker;
import io.gitalyrouter.method.MethodRule;
import io.gitalyrouter.transport.Lease;
import io.gitalyrouter.transport.LiveEndpoint;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that a call needs to be tried on the network side and, if need be, moved. <em>Immutable.</em>
 *
 * @param method the method
 * @param options the caller's options
 * @param rule whether it may run twice
 * @param side the network side
 * @param lease of its endpoint; the plan owns it
 * @param permit of the side's breaker; the plan owns it
 * @param local gives a lease of the local endpoint at the moment of a move; null if there is none
 *     any more
 * @param recorder hears of the call
 * @param settings what all calls of the router share
 * @param shareEndsNanos when the first attempt has had its share of the deadline
 * @param hasShare whether there is such a moment
 */
record NetworkPlan<Q, P>(
    MethodDescriptor<Q, P> method,
    CallOptions options,
    MethodRule rule,
    RouteSet.Network side,
    Lease lease,
    RouteBreaker.Permit permit,
    Supplier<@Nullable Lease> local,
    RunningCall recorder,
    CallSettings settings,
    long shareEndsNanos,
    boolean hasShare) {

  LiveEndpoint network() {
    return side.endpoint();
  }

  /** When the call started: with its permit. */
  long startNanos() {
    return permit.startNanos();
  }

  boolean isReplayable() {
    return rule.isReplayable();
  }

  /**
   * Whether the time without an answer speaks against the server: not of a caller that streams, and
   * may be waited for, nor of a mutation, which may wait for its hooks.
   */
  boolean owesAnswer() {
    return isReplayable() && method.getType().clientSendsOneMessage();
  }

  /** Whether the headers of an answer wait for its first message. */
  boolean holdsAnswer() {
    return method.getType().clientSendsOneMessage();
  }

  /** Whether the message waits for the end. */
  boolean holdsMessage() {
    return method.getType() == MethodDescriptor.MethodType.UNARY;
  }
}
