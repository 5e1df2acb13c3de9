package io.gitalyrouter.bench;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.MethodDescriptor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A contender's channel, ready for calls, and what closes it. <em>Thread-safe.</em>
 *
 * @param channel where the calls go
 * @param closer closes it and what belongs to it
 */
record Opened(Channel channel, Runnable closer) implements AutoCloseable {
  /** The same, its calls told on a pool of as many threads as there are processors. */
  Opened onBoundedExecutor() {
    ExecutorService executor =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            new DefaultThreadFactory("bench-callbacks", /* daemon= */ true));
    Channel bounded =
        ClientInterceptors.intercept(
            channel,
            new ClientInterceptor() {
              @Override
              public <Q, P> ClientCall<Q, P> interceptCall(
                  MethodDescriptor<Q, P> method, CallOptions options, Channel next) {
                return next.newCall(method, options.withExecutor(executor));
              }
            });
    return new Opened(
        bounded,
        () -> {
          closer.run();
          executor.shutdown();
        });
  }

  @Override
  public void close() {
    closer.run();
  }
}
