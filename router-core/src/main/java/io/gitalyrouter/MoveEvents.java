package io.gitalyrouter;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.call.MoveCause;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Route;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** Makes an event of every move; the meters hear all else. <em>Thread-safe.</em> */
record MoveEvents(CallRecorder meters, String storage, RouterListener listener)
    implements CallRecorder {
  @Override
  public CallRecorder started(MethodDescriptor<?, ?> method, Decision decision) {
    CallRecorder rest = meters.started(method, decision);
    return rest == meters ? this : new MoveEvents(rest, storage, listener);
  }

  @Override
  public void moved(MethodDescriptor<?, ?> method, Status status, MoveCause cause) {
    meters.moved(method, status, cause);
    listener.onEvent(
        new RouterEvent.CallMoved(
            storage, method.getFullMethodName(), status.getCode().name(), cause.label()));
  }

  @Override
  public void ended(Route served, Status.Code code) {
    meters.ended(served, code);
  }

  @Override
  public void committedEarly() {
    meters.committedEarly();
  }
}
