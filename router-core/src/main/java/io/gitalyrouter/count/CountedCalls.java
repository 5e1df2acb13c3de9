package io.gitalyrouter.count;

import io.gitalyrouter.call.MoveCause;
import io.gitalyrouter.call.RunningCall;
import io.gitalyrouter.route.Route;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * Counts the calls of a method that began in the threads of one stripe, in whatever thread they
 * end. <em>Thread-safe.</em>
 */
final class CountedCalls implements RunningCall {
  private final MethodCounts method;
  private final StorageCounts storage;
  private final int stripe;
  private final boolean answersWithStream;

  CountedCalls(MethodCounts method, StorageCounts storage, int stripe) {
    this.method = method;
    this.storage = storage;
    this.stripe = stripe;
    this.answersWithStream = method.method().answersWithStream();
  }

  void started(Route route, long startNanos) {
    method.of(route).start();
    storage.oldest(route).started(stripe, startNanos);
  }

  @Override
  public void attempting(Route route, Metadata headers) {}

  @Override
  public void sent(Route route) {
    method.of(route).send();
  }

  @Override
  public void received(Route route) {
    method.of(route).receive();
  }

  @Override
  public void answered(Route route, long startNanos) {
    if (answersWithStream) {
      method.of(route).answer(storage.nanos() - startNanos);
    }
  }

  @Override
  public void moved(
      MethodDescriptor<?, ?> descriptor, Status status, MoveCause cause, long startNanos) {
    // Local first: who looks now sees the call twice rather than not at all.
    method.of(Route.LOCAL).move();
    storage.oldest(Route.LOCAL).started(stripe, startNanos);
    method.of(Route.NETWORK).move();
    storage.oldest(Route.NETWORK).ended(stripe, startNanos);
    storage.listener().moved(descriptor, status, cause, storage.nanos() - startNanos);
  }

  @Override
  public void ended(Route served, Status.Code code, long startNanos) {
    method.of(served).end(code, storage.nanos() - startNanos);
    storage.oldest(served).ended(stripe, startNanos);
  }

  @Override
  public void committed() {}

  @Override
  public void committedEarly() {
    storage.listener().committedEarly();
  }
}
