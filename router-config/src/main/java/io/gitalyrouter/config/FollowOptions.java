package io.gitalyrouter.config;

import io.gitalyrouter.time.Ticker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a follower behaves beyond its source and its host. <em>Immutable.</em>
 *
 * @param lastGood where the last good document is kept for the next start; none by default
 * @param listener who hears what happens; nobody by default
 * @param ticker the time that the age of the configuration is counted in; the process's by default
 * @param companions what a {@link ConfiguredRouter} starts beside its router and closes with it;
 *     nothing by default
 */
public record FollowOptions(
    Optional<Path> lastGood, ConfigListener listener, Ticker ticker, List<Companion> companions) {
  private static final FollowOptions DEFAULTS =
      new FollowOptions(Optional.empty(), ConfigListener.NONE, Ticker.system(), List.of());

  /** Copies the list. */
  public FollowOptions {
    companions = List.copyOf(companions);
  }

  /** No copy on disk, no listener, the process's time. */
  public static FollowOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Keeps the last good document in this file, and starts from it when the source has no valid one.
   * The file belongs to one process; its directory must be writable.
   */
  public FollowOptions withLastGood(Path file) {
    return new FollowOptions(Optional.of(file), listener, ticker, companions);
  }

  /** Tells this listener what happens. */
  public FollowOptions withListener(ConfigListener newListener) {
    return new FollowOptions(lastGood, newListener, ticker, companions);
  }

  /** Counts the age of the configuration in another time, for simulations. */
  public FollowOptions withTicker(Ticker newTicker) {
    return new FollowOptions(lastGood, listener, newTicker, companions);
  }

  /** Starts this too beside the router, such as {@code AdminSocket.in(directory)}. */
  public FollowOptions with(Companion companion) {
    List<Companion> more = new ArrayList<>(companions);
    more.add(companion);
    return new FollowOptions(lastGood, listener, ticker, more);
  }
}
