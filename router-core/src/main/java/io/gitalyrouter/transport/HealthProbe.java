package io.gitalyrouter.transport;

import io.gitalyrouter.time.Ticker;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks an endpoint for a sign of life with {@code grpc.health.v1.Health/Check}. Any answer is one,
 * also an error: an old Gitaly wants a token for it, an older one does not know it.
 * <em>Immutable.</em>
 */
final class HealthProbe {
  private static final MethodDescriptor<byte[], Integer> CHECK =
      MethodDescriptor.<byte[], Integer>newBuilder()
          .setType(MethodType.UNARY)
          .setFullMethodName("grpc.health.v1.Health/Check")
          .setRequestMarshaller(new Request())
          .setResponseMarshaller(new Response())
          .build();

  private HealthProbe() {}

  /**
   * Sends one probe.
   *
   * @param timeout counted in the ticker's time
   * @param whenDone hears whether the endpoint answered in time; called once, on an executor thread
   */
  static void send(
      LiveEndpoint endpoint, Duration timeout, Ticker ticker, Consumer<Boolean> whenDone) {
    CallOptions options = CallOptions.DEFAULT.withDeadline(deadline(timeout, ticker));
    ClientCall<byte[], Integer> call = endpoint.newCall(CHECK, options, Context.ROOT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            whenDone.accept(isAnswer(status.getCode()));
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(new byte[0]);
    call.halfClose();
  }

  private static Deadline deadline(Duration timeout, Ticker ticker) {
    Deadline.Ticker time =
        new Deadline.Ticker() {
          @Override
          public long nanoTime() {
            return ticker.nanos();
          }
        };
    return Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS, time);
  }

  private static boolean isAnswer(Status.Code code) {
    return switch (code) {
      case DEADLINE_EXCEEDED, UNAVAILABLE, CANCELLED -> false;
      default -> true;
    };
  }

  /** An empty request asks for the server as a whole. */
  private static final class Request implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      return new byte[0];
    }
  }

  /** What the answer says does not matter: Gitaly never changes it. */
  private static final class Response implements MethodDescriptor.Marshaller<Integer> {
    @Override
    public InputStream stream(Integer value) {
      return InputStream.nullInputStream();
    }

    @Override
    public Integer parse(InputStream stream) {
      return 0;
    }
  }
}
