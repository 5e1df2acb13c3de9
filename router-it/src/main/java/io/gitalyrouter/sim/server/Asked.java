package io.gitalyrouter.sim.server;

import io.gitalyrouter.it.proto.FindCommitRequest;
import io.gitalyrouter.it.proto.ListRefsRequest;
import io.gitalyrouter.it.proto.Repository;
import io.gitalyrouter.it.proto.WriteRefRequest;

/**
 * What a call asks of a repository. <em>Immutable.</em>
 *
 * @param method the full method name
 * @param storage the storage of the repository
 * @param missing whether the repository does not exist, on either side: NOT_FOUND is right then
 */
public record Asked(String method, String storage, boolean missing) {
  private static final String NOWHERE = "@nowhere/";

  /** The path of a repository. */
  public static String path(long number, boolean missing) {
    return (missing ? NOWHERE : "@hashed/") + number + ".git";
  }

  static Asked of(Incoming call) {
    Repository repository = repository(call.request());
    return new Asked(
        call.method(),
        repository.getStorageName(),
        repository.getRelativePath().startsWith(NOWHERE));
  }

  /** Whether it changes the repository. */
  boolean isMutation() {
    return method.equals("gitaly.RepositoryService/WriteRef");
  }

  /** Whether its answer is a stream. */
  boolean isStream() {
    return method.equals("gitaly.RefService/ListRefs");
  }

  private static Repository repository(Object request) {
    if (request instanceof FindCommitRequest find) {
      return find.getRepository();
    }
    if (request instanceof ListRefsRequest list) {
      return list.getRepository();
    }
    if (request instanceof WriteRefRequest write) {
      return write.getRepository();
    }
    throw new IllegalArgumentException("not a request of the simulation: " + request.getClass());
  }
}
