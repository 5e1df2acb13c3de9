package io.gitalyrouter.docker;

import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.source.FileSource;
import io.gitalyrouter.history.Books;
import io.gitalyrouter.history.RouterWatch;
import io.gitalyrouter.history.Traffic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A host that follows the document, and has callers all the time. <em>Not thread-safe; confined to
 * the test.</em>
 */
final class WorkerHost implements AutoCloseable {
  private static final int CALLERS = 8;

  private final Deque<Runnable> open = new ArrayDeque<>();
  private final RouterWatch watch;
  private final Traffic traffic;
  private final Books books;

  private WorkerHost(Cluster cluster, Path document, String name, long afterId) throws Exception {
    watch =
        RouterWatch.over(
            builder -> {
              ConfiguredRouter configured =
                  ConfiguredRouter.open(FileSource.of(document), name, builder);
              open.push(configured::close);
              return configured.router();
            });
    traffic = Traffic.start(watch, cluster.sample(), CALLERS, afterId);
    open.push(traffic::close);
    books = cluster.books();
  }

  /**
   * Starts its callers.
   *
   * @param afterId their calls are numbered from the one after it
   */
  static WorkerHost start(Cluster cluster, Path document, String name, long afterId)
      throws Exception {
    return new WorkerHost(cluster, document, name, afterId);
  }

  RouterWatch watch() {
    return watch;
  }

  Traffic traffic() {
    return traffic;
  }

  /** Ends its callers, and judges what they saw. */
  Traffic.Verdict verdict() throws IOException {
    return traffic.stop(books);
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      open.pop().run();
    }
  }
}
