package io.gitalyrouter.standin.door;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * A call that ends badly after some of its answer has gone out. *Not thread-safe; confined to its
 * call.*
 */
final class BreakingCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
  private final Status failure;
  private int messagesLeft;
  private boolean broken;

  BreakingCall(ServerCall<Q, A> call, Status failure, int afterMessages) {
    super(call);
    this.failure = failure;
    this.messagesLeft = afterMessages;
  }

  @Override
  public void sendMessage(A message) {
    if (messagesLeft > 0) {
      messagesLeft--;
      super.sendMessage(message);
    } else {
      breakOff();
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    breakOff();
  }

  private void breakOff() {
    if (!broken) {
      broken = true;
      super.close(failure, new Metadata());
    }
  }
}
