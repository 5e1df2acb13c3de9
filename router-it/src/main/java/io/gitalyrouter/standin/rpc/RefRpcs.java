package io.gitalyrouter.standin.rpc;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.FindDefaultBranchNameRequest;
import io.gitalyrouter.it.proto.FindDefaultBranchNameResponse;
import io.gitalyrouter.it.proto.ListRefsRequest;
import io.gitalyrouter.it.proto.ListRefsResponse;
import io.gitalyrouter.it.proto.RefExistsRequest;
import io.gitalyrouter.it.proto.RefExistsResponse;
import io.gitalyrouter.it.proto.RefServiceGrpc;
import io.gitalyrouter.standin.storage.RefListing;
import io.gitalyrouter.standin.storage.References;
import io.gitalyrouter.standin.storage.Storages;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;

/** {@code gitaly.RefService}. *Thread-safe.* */
public final class RefRpcs extends RefServiceGrpc.RefServiceImplBase {
  private static final int REFERENCES_PER_MESSAGE = 500;

  private final Storages storages;
  private final StreamWorkers workers;

  /** Serves the given storages. */
  public RefRpcs(Storages storages, StreamWorkers workers) {
    this.storages = storages;
    this.workers = workers;
  }

  @Override
  public void findDefaultBranchName(
      FindDefaultBranchNameRequest request,
      StreamObserver<FindDefaultBranchNameResponse> observer) {
    Answers.one(
        observer,
        () -> {
          try (Repository repository = storages.open(request.getRepository())) {
            String name =
                request.getHeadOnly()
                    ? References.headTarget(repository)
                    : References.defaultBranch(repository);
            return FindDefaultBranchNameResponse.newBuilder()
                .setName(ByteString.copyFromUtf8(name))
                .build();
          }
        });
  }

  @Override
  public void refExists(RefExistsRequest request, StreamObserver<RefExistsResponse> observer) {
    Answers.one(
        observer,
        () -> {
          String ref = request.getRef().toStringUtf8();
          if (!ref.startsWith(Constants.R_REFS) || !Repository.isValidRefName(ref)) {
            throw Answers.invalid("invalid refname");
          }
          try (Repository repository = storages.open(request.getRepository())) {
            return RefExistsResponse.newBuilder()
                .setValue(repository.exactRef(ref) != null)
                .build();
          }
        });
  }

  @Override
  public void listRefs(ListRefsRequest request, StreamObserver<ListRefsResponse> observer) {
    Outbound<ListRefsResponse> out =
        Outbound.of((ServerCallStreamObserver<ListRefsResponse>) observer, () -> {});
    workers.serve(
        out,
        () -> {
          if (request.getPatternsCount() == 0) {
            throw Answers.invalid("patterns must have at least one entry");
          }
          try (Repository repository = storages.open(request.getRepository())) {
            List<ListRefsResponse.Reference> references = RefListing.of(repository, request);
            for (int from = 0; from < references.size(); from += REFERENCES_PER_MESSAGE) {
              int to = Math.min(from + REFERENCES_PER_MESSAGE, references.size());
              out.send(
                  ListRefsResponse.newBuilder()
                      .addAllReferences(references.subList(from, to))
                      .build());
            }
          }
        });
  }
}
