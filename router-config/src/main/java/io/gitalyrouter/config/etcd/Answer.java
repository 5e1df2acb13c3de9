package io.gitalyrouter.config.etcd;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;

/**
 * Hears a call's messages, and the status of a call that ended otherwise than it should. <em>Called
 * by one thread at a time, as gRPC promises.</em>
 *
 * @param message takes each message
 * @param failure takes the status
 * @param isEndless whether an end without an error is a failure too
 */
record Answer<T>(Consumer<T> message, Consumer<Status> failure, boolean isEndless)
    implements StreamObserver<T> {

  static <T> Answer<T> single(Consumer<T> message, Consumer<Status> failure) {
    return new Answer<>(message, failure, /* isEndless= */ false);
  }

  static <T> Answer<T> endless(Consumer<T> message, Consumer<Status> failure) {
    return new Answer<>(message, failure, /* isEndless= */ true);
  }

  @Override
  public void onNext(T value) {
    message.accept(value);
  }

  @Override
  public void onError(Throwable thrown) {
    failure.accept(Status.fromThrowable(thrown));
  }

  @Override
  public void onCompleted() {
    if (isEndless) {
      failure.accept(Status.ABORTED.withDescription("the server ended the call"));
    }
  }
}
