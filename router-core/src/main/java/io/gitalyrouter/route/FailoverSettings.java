package io.gitalyrouter.route;

import java.time.Duration;

/**
 * How calls are kept movable, and where readers stay after a write. <em>Immutable.</em>
 *
 * @param networkSharePercent the part of what is left of a deadline that the first attempt of a
 *     replayable call may use; 1 to 99
 * @param replayCallBytes the most that one call may keep for a replay; 0 to 1 GiB
 * @param replayRouterBytes the most that all calls together may keep; 0 to 1 GiB
 * @param stickyAfterWrite for how long after the end of a write, and while it runs, readers with
 *     the same correlation id stay on the side that served it; 0, for not at all, to 60 s
 */
public record FailoverSettings(
    int networkSharePercent,
    long replayCallBytes,
    long replayRouterBytes,
    Duration stickyAfterWrite) {
  /** The most bytes that may be kept. */
  public static final long MAX_REPLAY_BYTES = 1L << 30;

  /** The longest time that readers may stay. */
  public static final Duration MAX_STICKY = Duration.ofSeconds(60);

  /** 70 % of a deadline; 1 MiB a call and 16 MiB in all, as grpc-java's own retry; not sticky. */
  public static final FailoverSettings DEFAULT =
      new FailoverSettings(70, 1 << 20, 16 << 20, Duration.ZERO);

  /** Checks the ranges. */
  public FailoverSettings {
    if (networkSharePercent < 1 || networkSharePercent > 99) {
      throw new IllegalArgumentException(
          "networkSharePercent: " + networkSharePercent + " (expected: 1-99)");
    }
    checkBytes("replayCallBytes", replayCallBytes);
    checkBytes("replayRouterBytes", replayRouterBytes);
    if (stickyAfterWrite.isNegative() || stickyAfterWrite.compareTo(MAX_STICKY) > 0) {
      throw new IllegalArgumentException(
          "stickyAfterWrite: " + stickyAfterWrite + " (expected: 0 to 60 s)");
    }
  }

  private static void checkBytes(String name, long bytes) {
    if (bytes < 0 || bytes > MAX_REPLAY_BYTES) {
      throw new IllegalArgumentException(
          name + ": " + bytes + " (expected: 0-" + MAX_REPLAY_BYTES + ")");
    }
  }

  /** The same, with another time for readers to stay. */
  public FailoverSettings withStickyAfterWrite(Duration length) {
    return new FailoverSettings(networkSharePercent, replayCallBytes, replayRouterBytes, length);
  }
}
