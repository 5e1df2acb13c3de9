package io.gitalyrouter.timing;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.call.MoveCause;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.time.Ticker;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * Times the calls of one storage, from their decision to the end that their caller hears. A call
 * costs one small object, two readings of the time, two look-ups and one wait-free count.
 * <em>Immutable.</em>
 */
record StorageTimings(StorageSeries series, Ticker ticker, CallRecorder next)
    implements CallRecorder {
  @Override
  public CallRecorder started(MethodDescriptor<?, ?> method, Decision decision) {
    CallRecorder rest = next.started(method, decision);
    OutcomeSeries outcomes = series.of(method, decision);
    return outcomes == null ? rest : new TimedCall(rest, outcomes, ticker, ticker.nanos());
  }

  @Override
  public void moved(MethodDescriptor<?, ?> method, Status status, MoveCause cause) {
    next.moved(method, status, cause);
  }

  @Override
  public void ended(Route served, Status.Code code) {
    next.ended(served, code);
  }

  @Override
  public void committedEarly() {
    next.committedEarly();
  }
}
