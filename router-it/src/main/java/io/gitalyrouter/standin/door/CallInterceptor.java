package io.gitalyrouter.standin.door;

import io.gitalyrouter.standin.journal.CallIdentity;
import io.gitalyrouter.standin.journal.CallLog;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Gives every call its identity and notes its beginning and its end: the outermost interceptor of
 * one listening socket. *Thread-safe.*
 *
 * <p>The end is noted before the client can see it, so a client that has its answer finds it
 * counted.
 */
public final class CallInterceptor implements ServerInterceptor {
  /** The client's id of a call, the same on every attempt; GitLab's own name for it. */
  public static final Metadata.Key<String> CALL_ID =
      Metadata.Key.of("x-gitlab-correlation-id", Metadata.ASCII_STRING_MARSHALLER);

  /** In headers and trailers of every answer: which process gave it, on which transport. */
  public static final Metadata.Key<String> SERVER =
      Metadata.Key.of("x-standin-server", Metadata.ASCII_STRING_MARSHALLER);

  private final CallLog log;
  private final String transport;
  private final String server;

  /** Logs the calls of one transport: {@code unix}, {@code tcp} or {@code tls}. */
  public CallInterceptor(CallLog log, String transport) {
    this.log = log;
    this.transport = transport;
    this.server = transport + "-" + ProcessHandle.current().pid();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    CallIdentity identity =
        new CallIdentity(
            call.getMethodDescriptor().getFullMethodName(), callId(headers), transport);
    String peer = String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    CallLog.Received received = log.received(identity, peer);
    ServerCall<Q, A> noted =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void sendHeaders(Metadata answer) {
            answer.put(SERVER, server);
            super.sendHeaders(answer);
          }

          @Override
          public void close(Status status, Metadata trailers) {
            received.end(status.getCode());
            trailers.put(SERVER, server);
            super.close(status, trailers);
          }
        };
    ServerCall.Listener<Q> listener =
        Contexts.interceptCall(identity.inContext(), noted, headers, next);
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onCancel() {
        received.end(Status.Code.CANCELLED);
        super.onCancel();
      }
    };
  }

  private static String callId(Metadata headers) {
    String id = headers.get(CALL_ID);
    return id == null ? "" : id;
  }
}
