package io.gitalyrouter.call;

import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Route;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * Hears of the calls of one storage, on the call's path: an implementation must not block, lock or
 * throw. <em>Thread-safe.</em>
 */
public interface CallRecorder {
  /** Hears nothing. */
  CallRecorder NONE =
      new CallRecorder() {
        @Override
        public CallRecorder started(MethodDescriptor<?, ?> method, Decision decision) {
          return this;
        }

        @Override
        public void moved(MethodDescriptor<?, ?> method, Status status, MoveCause cause) {}

        @Override
        public void ended(Route served, Status.Code code) {}

        @Override
        public void committedEarly() {}
      };

  /**
   * A call was decided and starts. Followed by one {@link #ended}.
   *
   * @return who hears the rest of this call; the same recorder, unless it keeps something of the
   *     call
   */
  CallRecorder started(MethodDescriptor<?, ?> method, Decision decision);

  /** The call left the network side after this status; it starts anew on the local side. */
  void moved(MethodDescriptor<?, ?> method, Status status, MoveCause cause);

  /**
   * The call ended for its caller.
   *
   * @param served the route whose answer the caller got
   */
  void ended(Route served, Status.Code code);

  /** A call can no longer move, because what it sent is more than may be kept. */
  void committedEarly();
}
