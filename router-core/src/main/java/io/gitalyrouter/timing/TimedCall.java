package io.gitalyrouter.timing;

import io.gitalyrouter.call.MoveCause;
import io.gitalyrouter.call.RunningCall;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.time.Ticker;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** One running call, timed. <em>Immutable.</em> */
record TimedCall(RunningCall next, OutcomeSeries outcomes, Ticker ticker) implements RunningCall {
  @Override
  public void attempting(Route route, Metadata headers) {
    next.attempting(route, headers);
  }

  @Override
  public void sent(Route route) {
    next.sent(route);
  }

  @Override
  public void received(Route route) {
    next.received(route);
  }

  @Override
  public void moved(
      MethodDescriptor<?, ?> method, Status status, MoveCause cause, long startNanos) {
    next.moved(method, status, cause, startNanos);
  }

  @Override
  public void ended(Route served, Status.Code code, long startNanos) {
    outcomes.record(served, code, ticker.nanos() - startNanos);
    next.ended(served, code, startNanos);
  }

  @Override
  public void committed() {
    next.committed();
  }

  @Override
  public void committedEarly() {
    next.committedEarly();
  }
}
