package io.gitalyrouter.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a follower behaves beyond its source and its host. <em>Immutable.</em>
 *
 * @param lastGood where the last good document is kept for the next start; none by default
 * @param listener who hears what happens; nobody by default
 */
public record FollowOptions(Optional<Path> lastGood, ConfigListener listener) {
  private static final FollowOptions DEFAULTS =
      new FollowOptions(Optional.empty(), ConfigListener.NONE);

  /** No copy on disk, no listener. */
  public static FollowOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Keeps the last good document in this file, and starts from it when the source has no valid one.
   * The file belongs to one process; its directory must be writable.
   */
  public FollowOptions withLastGood(Path file) {
    return new FollowOptions(Optional.of(file), listener);
  }

  /** Tells this listener what happens. */
  public FollowOptions withListener(ConfigListener newListener) {
    return new FollowOptions(lastGood, newListener);
  }
}
