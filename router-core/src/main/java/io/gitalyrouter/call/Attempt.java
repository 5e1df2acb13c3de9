package io.gitalyrouter.call;

import io.gitalyrouter.transport.Lease;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * One try of a call on one endpoint. Tells its call who is speaking, so that what a lost attempt
 * says late is known for what it is. <em>Not thread-safe; its callbacks come one at a time.</em>
 */
final class Attempt<Q, P> extends ClientCall.Listener<P> {
  private final FallbackCall<Q, P> owner;
  private final Lease lease;
  private final ClientCall<Q, P> call;
  private final @Nullable AttemptTrace trace;
  private boolean headersSeen;
  private boolean discarded;
  private boolean delivering;
  private @Nullable Metadata heldHeaders;
  private @Nullable P heldMessage;

  Attempt(
      FallbackCall<Q, P> owner, Lease lease, ClientCall<Q, P> call, @Nullable AttemptTrace trace) {
    this.owner = owner;
    this.lease = lease;
    this.call = call;
    this.trace = trace;
  }

  Lease lease() {
    return lease;
  }

  ClientCall<Q, P> call() {
    return call;
  }

  /** Whether the server may have seen the call. The local attempt is the last: nobody asks. */
  boolean headersLeft() {
    return trace == null || trace.headersLeft();
  }

  boolean hasStream() {
    return trace == null || trace.hasStream();
  }

  /** What the attempt says is for nobody. Called, like the methods below, in its own callback. */
  void discard() {
    discarded = true;
    headersSeen = false;
    heldHeaders = null;
    heldMessage = null;
  }

  void hold(Metadata headers) {
    heldHeaders = headers;
  }

  void hold(P message) {
    heldMessage = message;
  }

  /** The message that waits for the end of the answer. */
  @Nullable P heldMessage() {
    return heldMessage;
  }

  /** Whether the caller has not been told yet that an answer began. */
  boolean isHolding() {
    return heldHeaders != null;
  }

  boolean isDelivering() {
    return delivering;
  }

  /** The caller hears this attempt from now on, what was held first. */
  void deliver(ClientCall.Listener<P> listener) {
    delivering = true;
    Metadata headers = heldHeaders;
    P message = heldMessage;
    heldHeaders = null;
    heldMessage = null;
    if (headers != null) {
      listener.onHeaders(headers);
    }
    if (message != null) {
      owner.tell(this, message);
    }
  }

  boolean isDiscarded() {
    return discarded;
  }

  boolean headersSeen() {
    return headersSeen;
  }

  @Override
  public void onHeaders(Metadata headers) {
    headersSeen = true;
    owner.onHeaders(this, headers);
  }

  @Override
  public void onMessage(P message) {
    owner.onMessage(this, message);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    owner.onClose(this, status, trailers);
  }

  @Override
  public void onReady() {
    if (!discarded) {
      owner.listener().onReady();
    }
  }
}
