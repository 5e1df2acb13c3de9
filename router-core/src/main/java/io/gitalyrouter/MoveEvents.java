package io.gitalyrouter;

import io.gitalyrouter.call.MoveCause;
import io.gitalyrouter.count.CallTimes;
import io.gitalyrouter.count.CountListener;
import io.gitalyrouter.count.MethodName;
import io.gitalyrouter.count.RouteCounts;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.route.Route;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.function.LongSupplier;

/** Makes an event of every move; the meters hear all else. <em>Thread-safe.</em> */
record MoveEvents(CountListener meters, String storage, RouterListener listener)
    implements CountListener {
  @Override
  public CallTimes first(MethodName method, RouteCounts counts) {
    return meters.first(method, counts);
  }

  @Override
  public void firstEnd(MethodName method, Route route, Status.Code code, LongSupplier count) {
    meters.firstEnd(method, route, code, count);
  }

  @Override
  public void moved(MethodDescriptor<?, ?> method, Status status, MoveCause cause, long lostNanos) {
    meters.moved(method, status, cause, lostNanos);
    listener.onEvent(
        new RouterEvent.CallMoved(
            storage, method.getFullMethodName(), status.getCode().name(), cause.label()));
  }

  @Override
  public void committedEarly() {
    meters.committedEarly();
  }
}
