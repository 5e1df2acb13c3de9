package io.gitalyrouter.standin.rpc;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends messages as fast as the client takes them: a sender waits while the transport is full. *Not
 * thread-safe; confined to the thread that sends, which gRPC's callbacks wake.*
 */
final class Outbound<A> {
  private final ServerCallStreamObserver<A> observer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Written by gRPC's callback once; a sender that reads it late sends into the void once. */
  private volatile boolean over;

  private final Runnable whenGone;

  private Outbound(ServerCallStreamObserver<A> observer, Runnable whenGone) {
    this.observer = observer;
    this.whenGone = whenGone;
  }

  /**
   * Takes over an observer's callbacks, so it must come before the service method returns.
   *
   * @param whenGone called when the client has given up, or the call is over for another reason
   */
  static <A> Outbound<A> of(ServerCallStreamObserver<A> observer, Runnable whenGone) {
    Outbound<A> outbound = new Outbound<>(observer, whenGone);
    observer.setOnReadyHandler(outbound::wake);
    observer.setOnCancelHandler(outbound::gone);
    observer.setOnCloseHandler(outbound::gone);
    return outbound;
  }

  /**
   * Sends one message, waiting for room first.
   *
   * @throws CallGoneException if the client has given up
   */
  void send(A message) throws CallGoneException {
    lock.lock();
    try {
      while (!over && !observer.isReady()) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
    if (over) {
      throw new CallGoneException();
    }
    observer.onNext(message);
  }

  void finish() {
    if (!over) {
      observer.onCompleted();
    }
  }

  void fail(Throwable thrown) {
    if (!over) {
      observer.onError(
          thrown instanceof CallGoneException
              ? Status.CANCELLED.asRuntimeException()
              : Answers.failure(thrown));
    }
  }

  private void gone() {
    over = true;
    wake();
    whenGone.run();
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
