package io.gitalyrouter.transport;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends an empty request and takes the answer as bytes: all that the router itself ever asks of a
 * server. <em>Immutable.</em>
 */
final class RawUnary {
  private RawUnary() {}

  static MethodDescriptor<byte[], byte[]> method(String fullName) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodType.UNARY)
        .setFullMethodName(fullName)
        .setRequestMarshaller(new Bytes())
        .setResponseMarshaller(new Bytes())
        .build();
  }

  /** Hears how a question ended. */
  @FunctionalInterface
  interface Answer {
    /** Called once, on an executor thread; the bytes are null if there is no answer. */
    void come(Status status, byte @Nullable [] bytes);
  }

  /**
   * Asks; the endpoint needs no lease for it, as the watch stops before its channel does.
   *
   * @param timeout counted in the router's own time
   */
  static void ask(
      LiveEndpoint endpoint,
      MethodDescriptor<byte[], byte[]> method,
      Duration timeout,
      Answer whenDone) {
    CallOptions options = CallOptions.DEFAULT.withDeadline(endpoint.deadline(timeout));
    ClientCall<byte[], byte[]> call = endpoint.newCall(method, options, Context.ROOT);
    call.start(
        new ClientCall.Listener<>() {
          private byte @Nullable [] answer;

          @Override
          public void onMessage(byte[] message) {
            answer = message;
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            whenDone.come(status, status.isOk() ? answer : null);
          }
        },
        new Metadata());
    call.request(2);
    call.sendMessage(new byte[0]);
    call.halfClose();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
