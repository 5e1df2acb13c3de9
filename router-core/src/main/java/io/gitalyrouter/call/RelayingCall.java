package io.gitalyrouter.call;

import io.gitalyrouter.route.Route;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** Tells another everything that it does not hear itself. <em>As thread-safe as that one.</em> */
public interface RelayingCall extends RunningCall {
  /** Who is told. */
  RunningCall next();

  @Override
  default void attempting(Route route, Metadata headers) {
    next().attempting(route, headers);
  }

  @Override
  default void sent(Route route) {
    next().sent(route);
  }

  @Override
  default void received(Route route) {
    next().received(route);
  }

  @Override
  default void answered(Route route, long startNanos) {
    next().answered(route, startNanos);
  }

  @Override
  default void moved(
      MethodDescriptor<?, ?> method, Status status, MoveCause cause, long startNanos) {
    next().moved(method, status, cause, startNanos);
  }

  @Override
  default void ended(Route served, Status.Code code, long startNanos) {
    next().ended(served, code, startNanos);
  }

  @Override
  default void committed() {
    next().committed();
  }

  @Override
  default void committedEarly() {
    next().committedEarly();
  }
}
