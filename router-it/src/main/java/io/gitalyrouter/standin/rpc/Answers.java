package io.gitalyrouter.standin.rpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Callable;

/** Ends calls as Gitaly does: what has no status of its own is INTERNAL. *Immutable.* */
final class Answers {
  private Answers() {}

  /** Answers with what the body returns, or with the status of what it throws. */
  static <A> void one(StreamObserver<A> observer, Callable<A> body) {
    A answer;
    try {
      answer = body.call();
    } catch (Exception e) {
      observer.onError(failure(e));
      return;
    }
    observer.onNext(answer);
    observer.onCompleted();
  }

  /** The status that an exception is answered with. */
  static StatusRuntimeException failure(Throwable thrown) {
    if (thrown instanceof StatusRuntimeException known) {
      return known;
    }
    String text = String.valueOf(thrown.getMessage());
    return Status.INTERNAL
        .withDescription(thrown instanceof RuntimeException ? "panic: " + thrown : text)
        .withCause(thrown)
        .asRuntimeException();
  }

  static StatusRuntimeException invalid(String description) {
    return Status.INVALID_ARGUMENT.withDescription(description).asRuntimeException();
  }
}
