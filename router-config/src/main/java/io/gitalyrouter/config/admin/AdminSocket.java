package io.gitalyrouter.config.admin;

import io.gitalyrouter.config.Companion;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.time.WallClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Has a process answer operators on a unix socket, {@code <directory>/<host>-<pid>.sock}, and watch
 * the file {@code <directory>/force-local}: while it is there, all calls are local. Who may open
 * the socket may do everything that it offers. <em>Immutable.</em>
 *
 * <p>The directory is there before, and not everybody may write to it. It may be shared by all
 * processes of a host; sockets of processes that have ended are removed by the next one that
 * starts.
 */
public final class AdminSocket implements Companion {
  private final Path directory;
  private final boolean groupAccess;
  private final Supplier<String> metrics;

  private AdminSocket(Path directory, boolean groupAccess, Supplier<String> metrics) {
    this.directory = directory;
    this.groupAccess = groupAccess;
    this.metrics = metrics;
  }

  /** A socket that only the process's own user may open (mode 0600). */
  public static AdminSocket in(Path directory) {
    return new AdminSocket(directory, /* groupAccess= */ false, () -> "");
  }

  /** Lets the group of the process open it too (mode 0660). */
  public AdminSocket withGroupAccess() {
    return new AdminSocket(directory, /* groupAccess= */ true, metrics);
  }

  /**
   * Lets {@code gitaly-router doctor} take the process's meters too.
   *
   * @param scrape writes them as for a scrape; called on the thread that answers operators
   */
  public AdminSocket withMetrics(Supplier<String> scrape) {
    return new AdminSocket(directory, groupAccess, scrape);
  }

  /**
   * Opens the socket.
   *
   * @throws IOException if it cannot be opened; the message says why and what to do
   */
  @Override
  public Running start(ConfiguredRouter router) throws IOException {
    return AdminServer.open(
        AdminDirectory.check(directory),
        groupAccess,
        new Reporter(router, WallClock.utc()),
        metrics);
  }
}
