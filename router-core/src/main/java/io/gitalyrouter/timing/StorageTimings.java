package io.gitalyrouter.timing;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.call.RunningCall;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.time.Ticker;
import io.grpc.MethodDescriptor;

/**
 * Times the calls of one storage, from their decision to the end that their caller hears. A call
 * costs one small object, a reading of the time, two look-ups and one wait-free count.
 * <em>Immutable.</em>
 */
record StorageTimings(StorageSeries series, Ticker ticker, CallRecorder next)
    implements CallRecorder {
  @Override
  public RunningCall started(MethodDescriptor<?, ?> method, Decision decision, long startNanos) {
    RunningCall rest = next.started(method, decision, startNanos);
    OutcomeSeries outcomes = series.of(method, decision);
    return outcomes == null ? rest : new TimedCall(rest, outcomes, ticker);
  }
}
