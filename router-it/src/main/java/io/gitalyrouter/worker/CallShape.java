package io.gitalyrouter.worker;

import static com.google.protobuf.ByteString.copyFromUtf8;

import io.gitalyrouter.it.proto.BlobServiceGrpc;
import io.gitalyrouter.it.proto.CheckObjectsExistRequest;
import io.gitalyrouter.it.proto.CheckObjectsExistResponse.RevisionExistence;
import io.gitalyrouter.it.proto.CommitServiceGrpc;
import io.gitalyrouter.it.proto.CountCommitsRequest;
import io.gitalyrouter.it.proto.FindCommitRequest;
import io.gitalyrouter.it.proto.FindDefaultBranchNameRequest;
import io.gitalyrouter.it.proto.GetBlobRequest;
import io.gitalyrouter.it.proto.InfoRefsRequest;
import io.gitalyrouter.it.proto.ListCommitsRequest;
import io.gitalyrouter.it.proto.ListRefsRequest;
import io.gitalyrouter.it.proto.OperationServiceGrpc;
import io.gitalyrouter.it.proto.PaginationParameter;
import io.gitalyrouter.it.proto.RefExistsRequest;
import io.gitalyrouter.it.proto.RefServiceGrpc;
import io.gitalyrouter.it.proto.RepositoryExistsRequest;
import io.gitalyrouter.it.proto.RepositoryServiceGrpc;
import io.gitalyrouter.it.proto.SmartHTTPServiceGrpc;
import io.gitalyrouter.it.proto.User;
import io.gitalyrouter.it.proto.UserCreateBranchRequest;
import io.gitalyrouter.it.proto.WriteRefRequest;
import io.gitalyrouter.worker.CallRecord.RefChange;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * One kind of call in the load: how often, with what message, and which answers can be true.
 * <em>Immutable.</em>
 *
 * @param method the RPC
 * @param mutation whether it changes the repository
 * @param weight its share among all kinds
 * @param prepare makes a message
 * @param plausible whether the first answer can be true of the target repository
 * @param <Q> its request type
 * @param <R> its response type
 */
record CallShape<Q, R>(
    MethodDescriptor<Q, R> method,
    boolean mutation,
    int weight,
    Preparation<Q> prepare,
    Predicate<R> plausible) {

  /**
   * Makes the message of one call.
   *
   * @param <Q> the message's type
   */
  @FunctionalInterface
  interface Preparation<Q> {
    Prepared<Q> of(LoadTarget target, CallIds.Id id, SplittableRandom random);
  }

  /**
   * A message, and the reference that it sets.
   *
   * @param message the message
   * @param change empty for an accessor
   * @param <Q> the message's type
   */
  record Prepared<Q>(Q message, Optional<RefChange> change) {
    static <Q> Prepared<Q> read(Q message) {
      return new Prepared<>(message, Optional.empty());
    }
  }

  /** Every kind that the load draws from. */
  static List<CallShape<?, ?>> all() {
    return List.of(
        repositoryExists(),
        findCommit(),
        listCommits(),
        countCommits(),
        checkObjectsExist(),
        getBlob(),
        refExists(),
        findDefaultBranchName(),
        listRefs(),
        infoRefs(),
        writeRef(),
        userCreateBranch());
  }

  private static <Q, R> CallShape<Q, R> accessor(
      MethodDescriptor<Q, R> method, int weight, Preparation<Q> prepare, Predicate<R> plausible) {
    return new CallShape<>(method, /* mutation= */ false, weight, prepare, plausible);
  }

  private static CallShape<?, ?> repositoryExists() {
    return accessor(
        RepositoryServiceGrpc.getRepositoryExistsMethod(),
        10,
        (target, id, random) ->
            Prepared.read(
                RepositoryExistsRequest.newBuilder().setRepository(target.repository()).build()),
        answer -> answer.getExists());
  }

  private static CallShape<?, ?> findCommit() {
    return accessor(
        CommitServiceGrpc.getFindCommitMethod(),
        25,
        (target, id, random) ->
            Prepared.read(
                FindCommitRequest.newBuilder()
                    .setRepository(target.repository())
                    .setRevision(copyFromUtf8(target.commit(random)))
                    .build()),
        answer -> answer.hasCommit());
  }

  private static CallShape<?, ?> listCommits() {
    return accessor(
        CommitServiceGrpc.getListCommitsMethod(),
        8,
        (target, id, random) ->
            Prepared.read(
                ListCommitsRequest.newBuilder()
                    .setRepository(target.repository())
                    .addRevisions(target.commit(random))
                    .setPaginationParams(PaginationParameter.newBuilder().setLimit(20))
                    .build()),
        answer -> answer.getCommitsCount() > 0);
  }

  private static CallShape<?, ?> countCommits() {
    return accessor(
        CommitServiceGrpc.getCountCommitsMethod(),
        4,
        (target, id, random) ->
            Prepared.read(
                CountCommitsRequest.newBuilder()
                    .setRepository(target.repository())
                    .setRevision(copyFromUtf8(target.commit(random)))
                    .setMaxCount(100)
                    .build()),
        answer -> answer.getCount() > 0);
  }

  private static CallShape<?, ?> checkObjectsExist() {
    return accessor(
        CommitServiceGrpc.getCheckObjectsExistMethod(),
        10,
        (target, id, random) ->
            Prepared.read(
                CheckObjectsExistRequest.newBuilder()
                    .setRepository(target.repository())
                    .addRevisions(copyFromUtf8(target.commit(random)))
                    .addRevisions(copyFromUtf8(target.blob(random)))
                    .build()),
        answer -> answer.getRevisionsList().stream().allMatch(RevisionExistence::getExists));
  }

  private static CallShape<?, ?> getBlob() {
    return accessor(
        BlobServiceGrpc.getGetBlobMethod(),
        10,
        (target, id, random) ->
            Prepared.read(
                GetBlobRequest.newBuilder()
                    .setRepository(target.repository())
                    .setOid(target.blob(random))
                    .setLimit(-1)
                    .build()),
        answer -> !answer.getOid().isEmpty());
  }

  private static CallShape<?, ?> refExists() {
    return accessor(
        RefServiceGrpc.getRefExistsMethod(),
        15,
        (target, id, random) ->
            Prepared.read(
                RefExistsRequest.newBuilder()
                    .setRepository(target.repository())
                    .setRef(copyFromUtf8(target.defaultBranch()))
                    .build()),
        answer -> answer.getValue());
  }

  private static CallShape<?, ?> findDefaultBranchName() {
    return accessor(
        RefServiceGrpc.getFindDefaultBranchNameMethod(),
        8,
        (target, id, random) ->
            Prepared.read(
                FindDefaultBranchNameRequest.newBuilder()
                    .setRepository(target.repository())
                    .build()),
        answer -> !answer.getName().isEmpty());
  }

  private static CallShape<?, ?> listRefs() {
    return accessor(
        RefServiceGrpc.getListRefsMethod(),
        3,
        (target, id, random) ->
            Prepared.read(
                ListRefsRequest.newBuilder()
                    .setRepository(target.repository())
                    .addPatterns(copyFromUtf8(target.defaultBranch()))
                    .build()),
        answer -> answer.getReferencesCount() > 0);
  }

  private static CallShape<?, ?> infoRefs() {
    return accessor(
        SmartHTTPServiceGrpc.getInfoRefsUploadPackMethod(),
        2,
        (target, id, random) ->
            Prepared.read(
                InfoRefsRequest.newBuilder()
                    .setRepository(target.repository())
                    .setGitProtocol("version=2")
                    .build()),
        answer -> !answer.getData().isEmpty());
  }

  private static CallShape<?, ?> writeRef() {
    return new CallShape<>(
        RepositoryServiceGrpc.getWriteRefMethod(),
        /* mutation= */ true,
        4,
        (target, id, random) -> {
          String commit = target.commit(random);
          String ref = "refs/experiment/" + id.host() + "/" + id.phase() + "/" + id.number();
          return new Prepared<>(
              WriteRefRequest.newBuilder()
                  .setRepository(target.repository())
                  .setRef(copyFromUtf8(ref))
                  .setRevision(copyFromUtf8(commit))
                  .build(),
              Optional.of(new RefChange(ref, commit)));
        },
        answer -> true);
  }

  private static CallShape<?, ?> userCreateBranch() {
    return new CallShape<>(
        OperationServiceGrpc.getUserCreateBranchMethod(),
        /* mutation= */ true,
        2,
        (target, id, random) -> {
          String commit = target.commit(random);
          String branch = "experiment/" + id.host() + "/" + id.phase() + "/" + id.number();
          return new Prepared<>(
              UserCreateBranchRequest.newBuilder()
                  .setRepository(target.repository())
                  .setBranchName(copyFromUtf8(branch))
                  .setStartPoint(copyFromUtf8(commit))
                  .setUser(
                      User.newBuilder()
                          .setGlId(id.host())
                          .setName(copyFromUtf8(id.host()))
                          .setEmail(copyFromUtf8(id.host() + "@localhost"))
                          .setGlUsername(id.host()))
                  .build(),
              Optional.of(new RefChange("refs/heads/" + branch, commit)));
        },
        answer -> answer.hasBranch());
  }
}
