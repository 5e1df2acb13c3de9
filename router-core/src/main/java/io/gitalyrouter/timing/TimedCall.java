package io.gitalyrouter.timing;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.call.MoveCause;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.time.Ticker;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** One running call with the moment it began. <em>Immutable.</em> */
record TimedCall(CallRecorder next, OutcomeSeries outcomes, Ticker ticker, long startNanos)
    implements CallRecorder {
  @Override
  public CallRecorder started(MethodDescriptor<?, ?> method, Decision decision) {
    throw new IllegalStateException("the call has started already");
  }

  @Override
  public void moved(MethodDescriptor<?, ?> method, Status status, MoveCause cause) {
    next.moved(method, status, cause);
  }

  @Override
  public void ended(Route served, Status.Code code) {
    outcomes.record(served, code, ticker.nanos() - startNanos);
    next.ended(served, code);
  }

  @Override
  public void committedEarly() {
    next.committedEarly();
  }
}
