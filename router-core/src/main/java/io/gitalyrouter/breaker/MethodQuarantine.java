package io.gitalyrouter.breaker;

import io.gitalyrouter.time.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers which methods a server does not know. A network side of another version serves all
 * methods but some; those go local for a while, without the way there and back, and the others are
 * none the worse for it. <em>Thread-safe.</em>
 */
public final class MethodQuarantine {
  /** How long a method stays local after the server said that it does not know it. */
  public static final Duration TIME = Duration.ofSeconds(5);

  private final Ticker ticker;
  private final Map<String, Long> sinceNanos = new ConcurrentHashMap<>();

  /** Nothing is in quarantine. */
  public MethodQuarantine(Ticker ticker) {
    this.ticker = ticker;
  }

  /** The server does not know the method. */
  public void add(String fullMethodName) {
    sinceNanos.put(fullMethodName, ticker.nanos());
  }

  /** Whether the method goes local. */
  public boolean holds(String fullMethodName) {
    if (sinceNanos.isEmpty()) {
      return false;
    }
    Long since = sinceNanos.get(fullMethodName);
    if (since == null) {
      return false;
    }
    if (ticker.nanos() - since < TIME.toNanos()) {
      return true;
    }
    sinceNanos.remove(fullMethodName, since);
    return false;
  }
}
