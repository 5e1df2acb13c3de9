package io.gitalyrouter.standin.door;

import io.gitalyrouter.standin.proto.Answer;
import io.gitalyrouter.standin.proto.Fault;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;

/** Makes happen to a call what the board says. *Thread-safe.* */
public final class FaultInterceptor implements ServerInterceptor {
  private final FaultBoard faults;
  private final DelayedStart.Clockwork clockwork;

  /** Looks up every call on the board, and delays calls with the given clockwork. */
  public FaultInterceptor(FaultBoard faults, DelayedStart.Clockwork clockwork) {
    this.faults = faults;
    this.clockwork = clockwork;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Optional<Fault> struck =
        faults.strikeAfterToken(call.getMethodDescriptor().getFullMethodName());
    if (struck.isEmpty()) {
      return next.startCall(call, headers);
    }
    Fault fault = struck.get();
    if (fault.getDelayMillis() == 0) {
      return act(fault, call, headers, next);
    }
    Duration delay = Duration.ofMillis(fault.getDelayMillis());
    return DelayedStart.begin(clockwork, delay, call, () -> act(fault, call, headers, next));
  }

  private static <Q, A> ServerCall.Listener<Q> act(
      Fault fault, ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    switch (fault.getActionCase()) {
      case ANSWER -> {
        call.close(status(fault.getAnswer()), new Metadata());
        return new ServerCall.Listener<>() {};
      }
      case HANG -> {
        return new ServerCall.Listener<>() {};
      }
      case EXECUTE_THEN_FAIL -> {
        Status status = status(fault.getExecuteThenFail());
        return next.startCall(new FailingCall<>(call, status), headers);
      }
      case BREAK -> {
        Status status = status(fault.getBreak().getAnswer());
        int messages = fault.getBreak().getAfterMessages();
        return next.startCall(new BreakingCall<>(call, status, messages), headers);
      }
      case DISABLE, ACTION_NOT_SET -> {
        return next.startCall(call, headers);
      }
    }
    throw new IllegalStateException("action: " + fault.getActionCase());
  }

  private static Status status(Answer answer) {
    Status status =
        answer.getCode() == 0 ? Status.UNAVAILABLE : Status.fromCodeValue(answer.getCode());
    return status.withDescription(answer.getMessage());
  }
}
