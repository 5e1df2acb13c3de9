package io.gitalyrouter.worker;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The fault that an experiment must find: sends some acknowledged mutations a second time, past the
 * router, under the same call id. Absent unless asked for. <em>Thread-safe.</em>
 */
final class DoubleWrites implements ClientInterceptor {
  private static final int EVERY = 5;

  private final Channel direct;
  private final String method;
  private final AtomicLong seen = new AtomicLong();

  /** Repeats calls of one unary method on another channel. */
  DoubleWrites(Channel direct, String method) {
    this.direct = direct;
    this.method = method;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> descriptor, CallOptions options, Channel next) {
    ClientCall<Q, R> call = next.newCall(descriptor, options);
    boolean chosen =
        descriptor.getFullMethodName().equals(method) && seen.incrementAndGet() % EVERY == 1;
    return chosen ? new Repeated<>(call, descriptor) : call;
  }

  /** Remembers headers and message, and sends them again when the first was acknowledged. */
  private final class Repeated<Q, R> extends SimpleForwardingClientCall<Q, R> {
    private final MethodDescriptor<Q, R> descriptor;
    private final Metadata copy = new Metadata();
    private @Nullable Q message;

    Repeated(ClientCall<Q, R> first, MethodDescriptor<Q, R> descriptor) {
      super(first);
      this.descriptor = descriptor;
    }

    @Override
    public void start(Listener<R> listener, Metadata headers) {
      copy.merge(headers);
      super.start(
          new SimpleForwardingClientCallListener<>(listener) {
            @Override
            public void onClose(Status status, Metadata trailers) {
              if (status.isOk()) {
                again();
              }
              super.onClose(status, trailers);
            }
          },
          headers);
    }

    @Override
    public void sendMessage(Q message) {
      this.message = message;
      super.sendMessage(message);
    }

    private void again() {
      Q second = message;
      if (second == null) {
        return;
      }
      ClientCall<Q, R> call =
          direct.newCall(descriptor, CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS));
      call.start(new Listener<>() {}, copy);
      call.request(2);
      call.sendMessage(second);
      call.halfClose();
    }
  }
}
