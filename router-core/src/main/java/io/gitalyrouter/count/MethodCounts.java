package io.gitalyrouter.count;

import io.gitalyrouter.call.MoveCause;
import io.gitalyrouter.call.RunningCall;
import io.gitalyrouter.route.Route;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls of one method of one storage. <em>Thread-safe.</em> */
public final class MethodCounts implements RunningCall {
  private final MethodName method;
  private final StorageCounts storage;
  private final boolean answersWithStream;
  private final Object lock = new Object();

  /** Written once under the lock, read without it; so is the next. */
  private volatile @Nullable RouteCounts local;

  private volatile @Nullable RouteCounts network;

  MethodCounts(MethodName method, StorageCounts storage) {
    this.method = method;
    this.storage = storage;
    this.answersWithStream = method.answersWithStream();
  }

  /** The method. */
  public MethodName method() {
    return method;
  }

  /** Its calls on a route; empty if there was none. */
  public Optional<RouteCounts> on(Route route) {
    return Optional.ofNullable(made(route));
  }

  private @Nullable RouteCounts made(Route route) {
    return route == Route.LOCAL ? local : network;
  }

  RouteCounts of(Route route) {
    RouteCounts counts = made(route);
    return counts == null ? first(route) : counts;
  }

  private RouteCounts first(Route route) {
    synchronized (lock) {
      RouteCounts counts = made(route);
      if (counts == null) {
        counts = new RouteCounts(route, method, storage.listener());
        if (route == Route.LOCAL) {
          local = counts;
        } else {
          network = counts;
        }
      }
      return counts;
    }
  }

  @Override
  public void attempting(Route route, Metadata headers) {}

  @Override
  public void sent(Route route) {
    of(route).send();
  }

  @Override
  public void received(Route route) {
    of(route).receive();
  }

  @Override
  public void answered(Route route, long startNanos) {
    if (answersWithStream) {
      of(route).answer(storage.nanos() - startNanos);
    }
  }

  @Override
  public void moved(
      MethodDescriptor<?, ?> descriptor, Status status, MoveCause cause, long startNanos) {
    // Local first: who looks now sees the call twice rather than not at all.
    of(Route.LOCAL).move();
    storage.oldest(Route.LOCAL).started(startNanos);
    of(Route.NETWORK).move();
    storage.oldest(Route.NETWORK).ended(startNanos);
    storage.listener().moved(descriptor, status, cause, storage.nanos() - startNanos);
  }

  @Override
  public void ended(Route served, Status.Code code, long startNanos) {
    of(served).end(code, storage.nanos() - startNanos);
    storage.oldest(served).ended(startNanos);
  }

  @Override
  public void committed() {}

  @Override
  public void committedEarly() {
    storage.listener().committedEarly();
  }
}
