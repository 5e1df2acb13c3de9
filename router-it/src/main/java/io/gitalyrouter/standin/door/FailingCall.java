package io.gitalyrouter.standin.door;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * A call that is carried out and then ends badly all the same. *Not thread-safe; confined to its
 * call.*
 *
 * <p>If the server sends one message, the client gets neither headers nor the message. The messages
 * of a stream do go out: a push needs the server's half of the conversation to get anywhere.
 */
final class FailingCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
  private final Status failure;
  private final boolean silent;

  FailingCall(ServerCall<Q, A> call, Status failure) {
    super(call);
    this.failure = failure;
    this.silent = call.getMethodDescriptor().getType().serverSendsOneMessage();
  }

  @Override
  public void sendHeaders(Metadata headers) {
    if (!silent) {
      super.sendHeaders(headers);
    }
  }

  @Override
  public void sendMessage(A message) {
    if (!silent) {
      super.sendMessage(message);
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (status.isOk()) {
      super.close(failure, new Metadata());
    } else {
      super.close(status, trailers);
    }
  }
}
