package io.gitalyrouter.call;

import io.gitalyrouter.route.Route;
import io.gitalyrouter.transport.Lease;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * A call on the local side: grpc's own call, with its lease given back at the end. <em>As
 * thread-safe as {@link ClientCall} asks for.</em>
 */
final class LocalCall<Q, P> extends SimpleForwardingClientCall<Q, P> {
  private final Lease lease;
  private final RunningCall recorder;
  private final long startNanos;

  LocalCall(ClientCall<Q, P> call, Lease lease, RunningCall recorder, long startNanos) {
    super(call);
    this.lease = lease;
    this.recorder = recorder;
    this.startNanos = startNanos;
  }

  @Override
  public void start(Listener<P> listener, Metadata headers) {
    boolean begun = false;
    try {
      recorder.attempting(Route.LOCAL, headers);
      super.start(new Ending(listener), headers);
      begun = true;
    } finally {
      if (!begun) {
        lease.release();
        recorder.ended(Route.LOCAL, Status.Code.INTERNAL, startNanos);
      }
    }
  }

  @Override
  public void sendMessage(Q message) {
    recorder.sent(Route.LOCAL);
    super.sendMessage(message);
  }

  private final class Ending extends SimpleForwardingClientCallListener<P> {
    /** Whether a message came. Confined to the callbacks. */
    private boolean answered;

    Ending(Listener<P> listener) {
      super(listener);
    }

    @Override
    public void onMessage(P message) {
      if (!answered) {
        answered = true;
        recorder.answered(Route.LOCAL, startNanos);
      }
      recorder.received(Route.LOCAL);
      super.onMessage(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      lease.release();
      recorder.ended(Route.LOCAL, status.getCode(), startNanos);
      super.onClose(status, trailers);
    }
  }
}
