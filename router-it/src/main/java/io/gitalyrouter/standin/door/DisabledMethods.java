package io.gitalyrouter.standin.door;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Behaves as a server of another version, which does not have the disabled methods. *Thread-safe.*
 *
 * <p>Stands before the token check: a server answers for an unknown method without looking at the
 * token.
 */
public final class DisabledMethods implements ServerInterceptor {
  private final FaultBoard faults;

  /** Looks up every call on the board. */
  public DisabledMethods(FaultBoard faults) {
    this.faults = faults;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (faults.strikeBeforeToken(method).isEmpty()) {
      return next.startCall(call, headers);
    }
    call.close(Status.UNIMPLEMENTED.withDescription("unknown method " + method), new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
