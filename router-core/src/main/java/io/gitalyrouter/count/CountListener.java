package io.gitalyrouter.count;

import io.gitalyrouter.call.MoveCause;
import io.gitalyrouter.route.Route;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.function.LongSupplier;

/**
 * Hears of what is new in a storage's counts, and of what is rare: must not block or throw.
 * <em>Thread-safe.</em>
 */
public interface CountListener {
  /** Hears nothing. */
  CountListener NONE =
      new CountListener() {
        @Override
        public CallTimes first(MethodName method, RouteCounts counts) {
          return CallTimes.NONE;
        }

        @Override
        public void firstEnd(
            MethodName method, Route route, Status.Code code, LongSupplier count) {}

        @Override
        public void moved(
            MethodDescriptor<?, ?> method, Status status, MoveCause cause, long lostNanos) {}

        @Override
        public void committedEarly() {}
      };

  /**
   * A method is called on a route for the first time. Told once, before the call is counted.
   *
   * @return takes the times of the calls that the route serves
   */
  CallTimes first(MethodName method, RouteCounts counts);

  /** A call of a method ends with this code for the first time. Told once, before it is counted. */
  void firstEnd(MethodName method, Route route, Status.Code code, LongSupplier count);

  /**
   * A call left the network side.
   *
   * @param lostNanos the time since the call started
   */
  void moved(MethodDescriptor<?, ?> method, Status status, MoveCause cause, long lostNanos);

  /** A call lost the right to move, because of what it sent. */
  void committedEarly();
}
