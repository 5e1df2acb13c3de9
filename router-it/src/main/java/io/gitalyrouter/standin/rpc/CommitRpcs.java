package io.gitalyrouter.standin.rpc;

import io.gitalyrouter.it.proto.CheckObjectsExistRequest;
import io.gitalyrouter.it.proto.CheckObjectsExistResponse;
import io.gitalyrouter.it.proto.CommitServiceGrpc;
import io.gitalyrouter.it.proto.CountCommitsRequest;
import io.gitalyrouter.it.proto.CountCommitsResponse;
import io.gitalyrouter.it.proto.FindCommitRequest;
import io.gitalyrouter.it.proto.FindCommitResponse;
import io.gitalyrouter.it.proto.ListCommitsRequest;
import io.gitalyrouter.it.proto.ListCommitsResponse;
import io.gitalyrouter.standin.storage.CommitQuery;
import io.gitalyrouter.standin.storage.Commits;
import io.gitalyrouter.standin.storage.Storages;
import io.gitalyrouter.standin.storage.UnknownRevisionException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;

/** {@code gitaly.CommitService}. *Thread-safe.* */
public final class CommitRpcs extends CommitServiceGrpc.CommitServiceImplBase {
  private final Storages storages;
  private final StreamWorkers workers;

  /** Serves the given storages. */
  public CommitRpcs(Storages storages, StreamWorkers workers) {
    this.storages = storages;
    this.workers = workers;
  }

  @Override
  public void findCommit(FindCommitRequest request, StreamObserver<FindCommitResponse> observer) {
    Answers.one(
        observer,
        () -> {
          String revision = request.getRevision().toStringUtf8();
          checkRevision(revision);
          FindCommitResponse.Builder answer = FindCommitResponse.newBuilder();
          try (Repository repository = storages.open(request.getRepository());
              RevWalk walk = new RevWalk(repository)) {
            Commits.find(repository, walk, revision)
                .ifPresent(
                    commit -> answer.setCommit(Commits.message(commit, request.getTrailers())));
          }
          return answer.build();
        });
  }

  @Override
  public void countCommits(
      CountCommitsRequest request, StreamObserver<CountCommitsResponse> observer) {
    Answers.one(
        observer,
        () -> {
          if (!request.getAll()) {
            checkRevision(request.getRevision().toStringUtf8());
          }
          try (Repository repository = storages.open(request.getRepository())) {
            return CountCommitsResponse.newBuilder().setCount(count(repository, request)).build();
          }
        });
  }

  @Override
  public void listCommits(
      ListCommitsRequest request, StreamObserver<ListCommitsResponse> observer) {
    Outbound<ListCommitsResponse> out =
        Outbound.of((ServerCallStreamObserver<ListCommitsResponse>) observer, () -> {});
    workers.serve(
        out,
        () -> {
          if (request.getRevisionsCount() == 0) {
            throw Answers.invalid("missing revisions");
          }
          try (Repository repository = storages.open(request.getRepository())) {
            CommitPages.send(repository, request, out);
          }
        });
  }

  @Override
  public StreamObserver<CheckObjectsExistRequest> checkObjectsExist(
      StreamObserver<CheckObjectsExistResponse> observer) {
    return ObjectsExist.open(
        storages, (ServerCallStreamObserver<CheckObjectsExistResponse>) observer);
  }

  private static int count(Repository repository, CountCommitsRequest request) throws IOException {
    try (RevWalk walk = new RevWalk(repository)) {
      walk.setRetainBody(/* retain= */ false);
      CommitQuery.prepare(walk, repository, request);
      int limit = request.getMaxCount() > 0 ? request.getMaxCount() : Integer.MAX_VALUE;
      int count = 0;
      while (count < limit && walk.next() != null) {
        count++;
      }
      return count;
    } catch (UnknownRevisionException e) {
      // Gitaly counts nothing then, and says so without an error.
      return 0;
    }
  }

  private static void checkRevision(String revision) {
    if (revision.isEmpty()) {
      throw Answers.invalid("empty revision");
    }
    if (revision.startsWith("-")) {
      throw Answers.invalid("revision can't start with '-'");
    }
  }
}
