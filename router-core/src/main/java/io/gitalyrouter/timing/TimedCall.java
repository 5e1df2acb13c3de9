package io.gitalyrouter.timing;

import io.gitalyrouter.call.RelayingCall;
import io.gitalyrouter.call.RunningCall;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.time.Ticker;
import io.grpc.Status;

/** One running call, timed. <em>Immutable.</em> */
record TimedCall(RunningCall next, OutcomeSeries outcomes, Ticker ticker) implements RelayingCall {
  @Override
  public void ended(Route served, Status.Code code, long startNanos) {
    outcomes.record(served, code, ticker.nanos() - startNanos);
    next.ended(served, code, startNanos);
  }
}
