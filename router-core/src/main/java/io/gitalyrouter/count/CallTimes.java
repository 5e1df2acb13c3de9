package io.gitalyrouter.count;

/**
 * Takes the times of the calls that a route served, each since its call's start, in nanoseconds; on
 * the call's path, so it must not block or throw. <em>Thread-safe.</em>
 */
public interface CallTimes {
  /** Takes nothing. */
  CallTimes NONE =
      new CallTimes() {
        @Override
        public void firstMessage(long nanos) {}

        @Override
        public void ended(long nanos) {}
      };

  /** The first message of an answer that streams reached the caller. */
  void firstMessage(long nanos);

  /** The call ended for its caller. */
  void ended(long nanos);
}
