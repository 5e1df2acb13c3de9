package io.gitalyrouter.docker;

import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.source.FileSource;
import io.gitalyrouter.history.Books;
import io.gitalyrouter.history.RouterWatch;
import io.gitalyrouter.history.Traffic;
import java.io.IOException;

/**
 * A host that follows the document, and has callers all the time. <em>Not thread-safe; confined to
 * the test.</em>
 */
final class WorkerHost implements AutoCloseable {
  private final Closer open = new Closer();
  private final Cluster cluster;
  private final int callers;
  private final RouterWatch watch;
  private final Books books;
  private Traffic traffic;

  private WorkerHost(Cluster cluster, String name, int callers, long afterId) throws Exception {
    this.cluster = cluster;
    this.callers = callers;
    watch =
        RouterWatch.over(
            builder -> {
              ConfiguredRouter configured =
                  ConfiguredRouter.open(FileSource.of(cluster.document()), name, builder);
              open.add(configured);
              return configured.router();
            });
    traffic = Traffic.start(watch, cluster.sample(), callers, afterId);
    books = cluster.books();
  }

  /**
   * Starts its callers.
   *
   * @param afterId their calls are numbered from the one after it
   */
  static WorkerHost start(Cluster cluster, String name, int callers, long afterId)
      throws Exception {
    return new WorkerHost(cluster, name, callers, afterId);
  }

  RouterWatch watch() {
    return watch;
  }

  Traffic traffic() {
    return traffic;
  }

  /** Lets its callers hear their answers, judges what they saw, and goes on with new ones. */
  Traffic.Verdict judge() throws IOException {
    try {
      return traffic.stop(books);
    } finally {
      traffic.close();
      traffic = Traffic.start(watch, cluster.sample(), callers, traffic.lastId() + callers);
    }
  }

  @Override
  public void close() throws IOException {
    traffic.close();
    open.close();
  }
}
