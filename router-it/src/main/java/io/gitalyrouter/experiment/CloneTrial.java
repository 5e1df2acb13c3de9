package io.gitalyrouter.experiment;

import io.gitalyrouter.experiment.Evidence.CloneResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Clones the repository with the stock client through a worker, and looks at what came out.
 * <em>Immutable.</em>
 */
final class CloneTrial {
  private CloneTrial() {}

  /**
   * Clones all references while the load goes on. It only adds references, so those of before must
   * be in the clone, and those of the clone in the repository afterwards.
   *
   * @param url where to clone from
   * @param repository the same repository on disk
   * @param clone where to put the clone; absent
   */
  static CloneResult run(String url, Path repository, Path clone)
      throws IOException, InterruptedException {
    Map<String, String> before = Git.refs(repository);
    Git.run(repository, "clone", "-q", "--mirror", url, clone.toString());
    Map<String, String> cloned = Git.refs(clone);
    Map<String, String> after = Git.refs(repository);
    long differing = differences(before, cloned) + differences(cloned, after);
    boolean clean = Git.attempt(clone, "fsck", "--full", "--strict").exitCode() == 0;
    return new CloneResult(cloned.size(), differing, clean);
  }

  /** Entries that the other map does not have alike. */
  private static long differences(Map<String, String> some, Map<String, String> others) {
    return some.entrySet().stream()
        .filter(e -> !e.getValue().equals(others.get(e.getKey())))
        .count();
  }
}
