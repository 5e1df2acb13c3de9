package io.gitalyrouter.standin.rpc;

import io.gitalyrouter.it.proto.Branch;
import io.gitalyrouter.it.proto.OperationServiceGrpc;
import io.gitalyrouter.it.proto.UserCreateBranchRequest;
import io.gitalyrouter.it.proto.UserCreateBranchResponse;
import io.gitalyrouter.standin.storage.Commits;
import io.gitalyrouter.standin.storage.References;
import io.gitalyrouter.standin.storage.Storages;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** {@code gitaly.OperationService}. *Thread-safe.* */
public final class OperationRpcs extends OperationServiceGrpc.OperationServiceImplBase {
  private final Storages storages;
  private final Mutations mutations;

  /** Serves the given storages. */
  public OperationRpcs(Storages storages, Mutations mutations) {
    this.storages = storages;
    this.mutations = mutations;
  }

  @Override
  public void userCreateBranch(
      UserCreateBranchRequest request, StreamObserver<UserCreateBranchResponse> observer) {
    Answers.one(
        observer,
        () -> {
          String ref = Constants.R_HEADS + request.getBranchName().toStringUtf8();
          check(request, ref);
          try (Repository repository = storages.open(request.getRepository())) {
            return mutations.apply(
                request.getRepository().getRelativePath() + " " + ref,
                () -> create(repository, request, ref));
          }
        });
  }

  private static void check(UserCreateBranchRequest request, String ref) {
    if (request.getBranchName().isEmpty()) {
      throw Answers.invalid("empty branch name");
    }
    if (!request.hasUser()) {
      throw Answers.invalid("empty user");
    }
    if (request.getStartPoint().isEmpty()) {
      throw Answers.invalid("empty start point");
    }
    if (!Repository.isValidRefName(ref)) {
      throw Answers.invalid("invalid branch name");
    }
  }

  private static UserCreateBranchResponse create(
      Repository repository, UserCreateBranchRequest request, String ref) throws IOException {
    String start = request.getStartPoint().toStringUtf8();
    try (RevWalk walk = new RevWalk(repository)) {
      Optional<RevCommit> commit = Commits.find(repository, walk, start);
      if (commit.isEmpty()) {
        throw precondition("revspec '" + start + "' not found");
      }
      if (!References.tryCreate(repository, ref, commit.get())) {
        throw precondition("Could not update " + ref + ". Please refresh and try again.");
      }
      return UserCreateBranchResponse.newBuilder()
          .setBranch(
              Branch.newBuilder()
                  .setName(request.getBranchName())
                  .setTargetCommit(Commits.message(commit.get(), /* withTrailers= */ false)))
          .build();
    }
  }

  private static StatusRuntimeException precondition(String description) {
    return Status.FAILED_PRECONDITION.withDescription(description).asRuntimeException();
  }
}
