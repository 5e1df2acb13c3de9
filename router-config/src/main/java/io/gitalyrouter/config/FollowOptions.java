package io.gitalyrouter.config;

import io.gitalyrouter.time.Ticker;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a follower behaves beyond its source and its host. <em>Immutable.</em>
 *
 * @param lastGood where the last good document is kept for the next start; none by default
 * @param listener who hears what happens; nobody by default
 * @param ticker the time that the age of the configuration is counted in; the process's by default
 */
public record FollowOptions(Optional<Path> lastGood, ConfigListener listener, Ticker ticker) {
  private static final FollowOptions DEFAULTS =
      new FollowOptions(Optional.empty(), ConfigListener.NONE, Ticker.system());

  /** No copy on disk, no listener, the process's time. */
  public static FollowOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Keeps the last good document in this file, and starts from it when the source has no valid one.
   * The file belongs to one process; its directory must be writable.
   */
  public FollowOptions withLastGood(Path file) {
    return new FollowOptions(Optional.of(file), listener, ticker);
  }

  /** Tells this listener what happens. */
  public FollowOptions withListener(ConfigListener newListener) {
    return new FollowOptions(lastGood, newListener, ticker);
  }

  /** Counts the age of the configuration in another time, for simulations. */
  public FollowOptions withTicker(Ticker newTicker) {
    return new FollowOptions(lastGood, listener, newTicker);
  }
}
