package io.gitalyrouter.worker;

import io.gitalyrouter.it.proto.Repository;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What the load loop calls about, and how fast. <em>Immutable.</em>
 *
 * @param repository the repository
 * @param commits hex ids of commits in it; at least one
 * @param blobs hex ids of blobs in it; at least one
 * @param defaultBranch the branch that HEAD names, in full
 * @param callsPerSecond arrivals each second, above 0
 * @param maxInFlight how many calls may run at once, above 0
 * @param deadline of accessors
 * @param mutationDeadline of mutations
 * @param seed of the choice of calls
 */
record LoadTarget(
    Repository repository,
    List<String> commits,
    List<String> blobs,
    String defaultBranch,
    double callsPerSecond,
    int maxInFlight,
    Duration deadline,
    Duration mutationDeadline,
    long seed) {
  /** Checks that there is something to ask for. */
  LoadTarget {
    commits = List.copyOf(commits);
    blobs = List.copyOf(blobs);
    if (commits.isEmpty() || blobs.isEmpty() || defaultBranch.isEmpty()) {
      throw new IllegalArgumentException(
          "load target: commits, blobs and the default branch must be given");
    }
    if (!(callsPerSecond > 0) || maxInFlight < 1) {
      throw new IllegalArgumentException(
          "load target: "
              + callsPerSecond
              + " calls/s, "
              + maxInFlight
              + " in flight (expected: > 0)");
    }
  }

  String commit(SplittableRandom random) {
    return commits.get(random.nextInt(commits.size()));
  }

  String blob(SplittableRandom random) {
    return blobs.get(random.nextInt(blobs.size()));
  }
}
