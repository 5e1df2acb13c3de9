package io.gitalyrouter.transport;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The watched calls of one stripe. A call has a few places to stand in, by its hash; one that finds
 * them taken goes to a set, which costs more. <em>Thread-safe.</em>
 */
final class WatchedCalls {
  private static final int PLACES = 64;

  /** As many as a call may stand in. */
  private static final int PROBES = 4;

  /** In front of the places and behind them: 128 bytes and more, as lines are fetched in pairs. */
  private static final int PADDING = 32;

  private final AtomicReferenceArray<@Nullable WatchedCall> places =
      new AtomicReferenceArray<>(PLACES + 2 * PADDING);

  private final Set<WatchedCall> others = ConcurrentHashMap.newKeySet();

  private static int place(WatchedCall call, int probe) {
    return PADDING + ((call.hashCode() + probe) & (PLACES - 1));
  }

  void add(WatchedCall call) {
    for (int probe = 0; probe < PROBES; probe++) {
      if (places.compareAndSet(place(call, probe), null, call)) {
        return;
      }
    }
    others.add(call);
  }

  void remove(WatchedCall call) {
    for (int probe = 0; probe < PROBES; probe++) {
      int place = place(call, probe);
      if (places.get(place) == call) {
        places.set(place, null);
        return;
      }
    }
    others.remove(call);
  }

  void forEach(Consumer<WatchedCall> task) {
    for (int place = PADDING; place < PADDING + PLACES; place++) {
      WatchedCall call = places.get(place);
      if (call != null) {
        task.accept(call);
      }
    }
    others.forEach(task);
  }
}
