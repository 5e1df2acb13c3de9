package io.gitalyrouter.metrics;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.call.RelayingCall;
import io.gitalyrouter.call.RoutingChannel;
import io.gitalyrouter.call.RunningCall;
import io.gitalyrouter.route.Route;
import io.grpc.Metadata;
import io.micrometer.core.instrument.DistributionSummary;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many calls of one correlation id went to each route, over all storages: a distribution, told
 * when the id has been quiet for a time. <em>Thread-safe.</em>
 */
final class CallsPerId {
  private final IdTally tally;
  private final LongSupplier nanos;

  CallsPerId(
      DistributionSummary local, DistributionSummary network, Duration quiet, LongSupplier nanos) {
    this.nanos = nanos;
    this.tally =
        new IdTally(
            (int) quiet.toSeconds(),
            (localCalls, networkCalls) -> {
              if (localCalls > 0) {
                local.record(localCalls);
              }
              if (networkCalls > 0) {
                network.record(networkCalls);
              }
            });
  }

  /** Who hears of calls: this, and the given recorder before. */
  CallRecorder recorder(CallRecorder next) {
    return (method, decision, startNanos) ->
        new Counted(this, next.started(method, decision, startNanos));
  }

  /** Tells the distribution of the ids that are quiet. To be called every second or so. */
  void sweep() {
    tally.sweep(second());
  }

  private long second() {
    return Math.floorDiv(nanos.getAsLong(), TimeUnit.SECONDS.toNanos(1));
  }

  private void count(Route route, Metadata headers) {
    String id = headers.get(RoutingChannel.CORRELATION_ID);
    if (id != null) {
      tally.count(id, route, second());
    }
  }

  private record Counted(CallsPerId calls, RunningCall next) implements RelayingCall {
    @Override
    public void attempting(Route route, Metadata headers) {
      calls.count(route, headers);
      next.attempting(route, headers);
    }
  }
}
