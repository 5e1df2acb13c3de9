package io.gitalyrouter.call;

import io.gitalyrouter.route.Decision;
import io.grpc.MethodDescriptor;

/**
 * Hears of the calls of one storage, on the call's path: an implementation must not block, lock or
 * throw. <em>Thread-safe.</em>
 */
@FunctionalInterface
public interface CallRecorder {
  /** Hears nothing. */
  CallRecorder NONE = (method, decision, startNanos) -> RunningCall.NONE;

  /**
   * A call was decided and starts. Followed by one {@link RunningCall#ended}.
   *
   * @param startNanos the ticker's time; the call keeps it and says it again when it moves or ends
   * @return who hears the rest; may be shared by many calls
   */
  RunningCall started(MethodDescriptor<?, ?> method, Decision decision, long startNanos);
}
