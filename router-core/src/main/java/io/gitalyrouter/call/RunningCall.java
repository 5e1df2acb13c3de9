package io.gitalyrouter.call;

import io.gitalyrouter.route.Route;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * Hears what becomes of a call that runs, or of many alike: on the call's path, so it must not
 * block, lock or throw. <em>Thread-safe.</em>
 */
public interface RunningCall {
  /** Hears nothing. */
  RunningCall NONE =
      new RunningCall() {
        @Override
        public void attempting(Route route, Metadata headers) {}

        @Override
        public void sent(Route route) {}

        @Override
        public void received(Route route) {}

        @Override
        public void answered(Route route, long startNanos) {}

        @Override
        public void moved(
            MethodDescriptor<?, ?> method, Status status, MoveCause cause, long startNanos) {}

        @Override
        public void ended(Route served, Status.Code code, long startNanos) {}

        @Override
        public void committed() {}

        @Override
        public void committedEarly() {}
      };

  /**
   * An attempt is about to start: the first of the call, or the one that takes over as the call
   * moves, which {@link #moved} tells next.
   *
   * @param headers what it will send; may be added to
   */
  void attempting(Route route, Metadata headers);

  /** The caller sent a message while the call ran on this route. A replay is not told. */
  void sent(Route route);

  /** The caller got a message from this route. */
  void received(Route route);

  /**
   * The caller is about to get its first message, from this route; {@link #received} follows.
   *
   * @param startNanos what was given when the call started
   */
  void answered(Route route, long startNanos);

  /** The call left the network side after this status; it starts anew on the local side. */
  void moved(MethodDescriptor<?, ?> method, Status status, MoveCause cause, long startNanos);

  /**
   * The call ended for its caller.
   *
   * @param served the route whose answer the caller got
   * @param startNanos what was given when the call started
   */
  void ended(Route served, Status.Code code, long startNanos);

  /**
   * The call can no longer move, because its caller hears that the network side answers. Not told
   * of a unary call, which is committed when it ends.
   */
  void committed();

  /** The call can no longer move, because what it sent is more than may be kept. */
  void committedEarly();
}
