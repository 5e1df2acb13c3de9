package io.gitalyrouter.call;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A call that the router itself ends, before anything is sent. It ends once it is started, whatever
 * the caller does afterwards. <em>As thread-safe as {@link ClientCall} asks for.</em>
 */
final class RefusedCall<Q, P> extends ClientCall<Q, P> {
  private final Status status;
  private final Executor executor;

  RefusedCall(Status status, Executor executor) {
    this.status = status;
    this.executor = executor;
  }

  @Override
  public void start(Listener<P> listener, Metadata headers) {
    executor.execute(() -> listener.onClose(status, new Metadata()));
  }

  @Override
  public void request(int count) {}

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {}

  @Override
  public void halfClose() {}

  @Override
  public void sendMessage(Q message) {}
}
