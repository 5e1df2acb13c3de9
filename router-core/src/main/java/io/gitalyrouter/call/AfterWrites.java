package io.gitalyrouter.call;

import io.gitalyrouter.method.MethodRule;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.time.Ticker;
import io.grpc.Metadata;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the readers of a correlation id stay after a write with the same id: the other side may see
 * the write only when its NFS client asks for the attributes again. <em>Thread-safe.</em>
 *
 * @see StickyRoutes
 */
public interface AfterWrites {
  /** Nobody stays anywhere. */
  AfterWrites NONE =
      new AfterWrites() {
        @Override
        public Duration length() {
          return Duration.ZERO;
        }

        @Override
        public @Nullable Route side(MethodRule rule, Metadata headers) {
          return null;
        }

        @Override
        public CallRecorder recorder(MethodRule rule, Metadata headers, CallRecorder calls) {
          return calls;
        }
      };

  /**
   * Remembers writes for so long after their end; of zero length, it is {@link #NONE}.
   *
   * @param before what a storage had so far; kept with all it remembers if its length is the same
   */
  static AfterWrites create(Duration length, Ticker ticker, AfterWrites before) {
    return before.length().equals(length) ? before : create(length, ticker);
  }

  private static AfterWrites create(Duration length, Ticker ticker) {
    return length.isZero() ? NONE : new StickyRoutes(length, ticker);
  }

  /** For how long readers stay. */
  Duration length();

  /** The side on which a call had better stay; null if it does not matter. */
  @Nullable Route side(MethodRule rule, Metadata headers);

  /** Who hears of a call: the given recorder, and for a write the memory before it. */
  CallRecorder recorder(MethodRule rule, Metadata headers, CallRecorder calls);
}
