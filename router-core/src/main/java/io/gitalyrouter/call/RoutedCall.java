package io.gitalyrouter.call;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * A call that has not been routed yet. The route is decided when it starts: a call that is made and
 * never started takes no lease and no permit. <em>As thread-safe as {@link ClientCall} asks
 * for.</em>
 */
final class RoutedCall<Q, P> extends ClientCall<Q, P> {
  private final RoutingChannel channel;
  private final MethodDescriptor<Q, P> method;
  private final CallOptions options;
  private final Context context = Context.current();
  private @Nullable ClientCall<Q, P> routed;
  private boolean cancelled;

  RoutedCall(RoutingChannel channel, MethodDescriptor<Q, P> method, CallOptions options) {
    this.channel = channel;
    this.method = method;
    this.options = options;
  }

  @Override
  public void start(Listener<P> listener, Metadata headers) {
    if (routed != null) {
      throw new IllegalStateException("the call was started already");
    }
    if (cancelled) {
      throw new IllegalStateException("the call was cancelled before it was started");
    }
    ClientCall<Q, P> call = channel.route(method, options, headers, context);
    routed = call;
    call.start(listener, headers);
  }

  private ClientCall<Q, P> routed() {
    if (routed == null) {
      throw new IllegalStateException("the call has not been started");
    }
    return routed;
  }

  @Override
  public void request(int count) {
    routed().request(count);
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    if (routed == null) {
      cancelled = true;
    } else {
      routed.cancel(message, cause);
    }
  }

  @Override
  public void halfClose() {
    routed().halfClose();
  }

  @Override
  public void sendMessage(Q message) {
    routed().sendMessage(message);
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    routed().setMessageCompression(enabled);
  }

  @Override
  public boolean isReady() {
    return routed != null && routed.isReady();
  }

  @Override
  public Attributes getAttributes() {
    return routed == null ? Attributes.EMPTY : routed.getAttributes();
  }
}
