package io.gitalyrouter.bench;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;

/**
 * What most people write: a circuit breaker before a channel, and nowhere to go when it is open.
 * <em>Thread-safe.</em>
 */
final class BreakerInterceptor implements ClientInterceptor {
  private final CircuitBreaker breaker = CircuitBreaker.ofDefaults("bench");

  /** A plain channel with it. */
  static Opened open(Site site, Transport transport) {
    Opened plain = PlainClient.open(site, transport);
    return new Opened(
        ClientInterceptors.intercept(plain.channel(), new BreakerInterceptor()), plain.closer());
  }

  @Override
  public <Q, P> ClientCall<Q, P> interceptCall(
      MethodDescriptor<Q, P> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<P> listener, Metadata headers) {
        // Throws when open, as its decorators do.
        breaker.acquirePermission();
        long startNanos = System.nanoTime();
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                record(status, System.nanoTime() - startNanos);
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }

  private void record(Status status, long tookNanos) {
    if (status.isOk()) {
      breaker.onSuccess(tookNanos, TimeUnit.NANOSECONDS);
    } else {
      breaker.onError(tookNanos, TimeUnit.NANOSECONDS, status.asRuntimeException());
    }
  }
}
