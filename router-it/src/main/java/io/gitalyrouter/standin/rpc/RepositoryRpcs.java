package io.gitalyrouter.standin.rpc;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.CreateRepositoryRequest;
import io.gitalyrouter.it.proto.CreateRepositoryResponse;
import io.gitalyrouter.it.proto.ObjectFormat;
import io.gitalyrouter.it.proto.ObjectFormatRequest;
import io.gitalyrouter.it.proto.ObjectFormatResponse;
import io.gitalyrouter.it.proto.RepositoryExistsRequest;
import io.gitalyrouter.it.proto.RepositoryExistsResponse;
import io.gitalyrouter.it.proto.RepositoryServiceGrpc;
import io.gitalyrouter.it.proto.RepositorySizeRequest;
import io.gitalyrouter.it.proto.RepositorySizeResponse;
import io.gitalyrouter.it.proto.WriteRefRequest;
import io.gitalyrouter.it.proto.WriteRefResponse;
import io.gitalyrouter.standin.storage.References;
import io.gitalyrouter.standin.storage.Storages;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;

/** {@code gitaly.RepositoryService}. *Thread-safe.* */
public final class RepositoryRpcs extends RepositoryServiceGrpc.RepositoryServiceImplBase {
  private final Storages storages;
  private final Mutations mutations;

  /** Serves the given storages. */
  public RepositoryRpcs(Storages storages, Mutations mutations) {
    this.storages = storages;
    this.mutations = mutations;
  }

  @Override
  public void repositoryExists(
      RepositoryExistsRequest request, StreamObserver<RepositoryExistsResponse> observer) {
    Answers.one(
        observer,
        () ->
            RepositoryExistsResponse.newBuilder()
                .setExists(storages.exists(request.getRepository()))
                .build());
  }

  @Override
  public void repositorySize(
      RepositorySizeRequest request, StreamObserver<RepositorySizeResponse> observer) {
    Answers.one(
        observer,
        () -> {
          try (Repository repository = storages.open(request.getRepository())) {
            long bytes = bytesBelow(repository.getDirectory().toPath());
            return RepositorySizeResponse.newBuilder().setSize(bytes / 1024).build();
          }
        });
  }

  @Override
  public void objectFormat(
      ObjectFormatRequest request, StreamObserver<ObjectFormatResponse> observer) {
    Answers.one(
        observer,
        () -> {
          try (Repository repository = storages.open(request.getRepository())) {
            String format = repository.getConfig().getString("extensions", null, "objectFormat");
            return ObjectFormatResponse.newBuilder()
                .setFormat(
                    "sha256".equals(format)
                        ? ObjectFormat.OBJECT_FORMAT_SHA256
                        : ObjectFormat.OBJECT_FORMAT_SHA1)
                .build();
          }
        });
  }

  @Override
  public void createRepository(
      CreateRepositoryRequest request, StreamObserver<CreateRepositoryResponse> observer) {
    Answers.one(
        observer,
        () -> {
          if (request.getObjectFormat() == ObjectFormat.OBJECT_FORMAT_SHA256) {
            throw Answers.invalid("object format not supported");
          }
          storages.locate(request.getRepository());
          ByteString branch = request.getDefaultBranch();
          String head = Constants.R_HEADS + (branch.isEmpty() ? "main" : branch.toStringUtf8());
          return mutations.apply(
              request.getRepository().getRelativePath(),
              () -> {
                storages.create(request.getRepository(), head);
                return CreateRepositoryResponse.getDefaultInstance();
              });
        });
  }

  @Override
  public void writeRef(WriteRefRequest request, StreamObserver<WriteRefResponse> observer) {
    Answers.one(
        observer,
        () -> {
          String ref = request.getRef().toStringUtf8();
          String revision = request.getRevision().toStringUtf8();
          if (revision.isEmpty() || revision.startsWith("-")) {
            throw Answers.invalid("invalid revision: \"" + revision + "\"");
          }
          if (!ref.equals(Constants.HEAD) && !Repository.isValidRefName(ref)) {
            throw Answers.invalid("invalid ref: \"" + ref + "\"");
          }
          try (Repository repository = storages.open(request.getRepository())) {
            return mutations.apply(
                request.getRepository().getRelativePath() + " " + ref,
                () -> {
                  References.write(
                      repository, ref, revision, request.getOldRevision().toStringUtf8());
                  return WriteRefResponse.getDefaultInstance();
                });
          }
        });
  }

  private static long bytesBelow(Path directory) throws IOException {
    AtomicLong bytes = new AtomicLong();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes.addAndGet(attributes.size());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            // Another process may remove a file while we walk; what is gone takes no room.
            return FileVisitResult.CONTINUE;
          }
        });
    return bytes.get();
  }
}
