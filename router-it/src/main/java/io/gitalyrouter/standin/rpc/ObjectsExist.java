package io.gitalyrouter.standin.rpc;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.CheckObjectsExistRequest;
import io.gitalyrouter.it.proto.CheckObjectsExistResponse;
import io.gitalyrouter.it.proto.CheckObjectsExistResponse.RevisionExistence;
import io.gitalyrouter.standin.storage.Commits;
import io.gitalyrouter.standin.storage.Storages;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/**
 * One call that asks, message by message, which objects there are. *Not thread-safe; confined to
 * gRPC's serialised callbacks.*
 *
 * <p>The next question is taken only when there is room for its answer.
 */
final class ObjectsExist implements StreamObserver<CheckObjectsExistRequest> {
  private final Storages storages;
  private final ServerCallStreamObserver<CheckObjectsExistResponse> observer;
  private @Nullable Repository repository;
  private boolean asked = true;
  private boolean over;

  private ObjectsExist(
      Storages storages, ServerCallStreamObserver<CheckObjectsExistResponse> observer) {
    this.storages = storages;
    this.observer = observer;
  }

  static ObjectsExist open(
      Storages storages, ServerCallStreamObserver<CheckObjectsExistResponse> observer) {
    ObjectsExist call = new ObjectsExist(storages, observer);
    observer.disableAutoRequest();
    observer.setOnReadyHandler(call::askIfRoom);
    observer.setOnCancelHandler(call::release);
    observer.request(1);
    return call;
  }

  @Override
  public void onNext(CheckObjectsExistRequest request) {
    if (over) {
      return;
    }
    asked = false;
    try {
      if (repository == null) {
        repository = storages.open(request.getRepository());
      }
      if (request.getRevisionsCount() > 0) {
        observer.onNext(answer(repository, request));
      }
      askIfRoom();
    } catch (IOException | RuntimeException e) {
      release();
      observer.onError(Answers.failure(e));
    }
  }

  @Override
  public void onError(Throwable thrown) {
    release();
  }

  @Override
  public void onCompleted() {
    if (over) {
      return;
    }
    boolean opened = repository != null;
    release();
    if (opened) {
      observer.onCompleted();
    } else {
      observer.onError(Answers.invalid("repository not set"));
    }
  }

  private void askIfRoom() {
    if (!asked && !over && observer.isReady()) {
      asked = true;
      observer.request(1);
    }
  }

  private void release() {
    over = true;
    if (repository != null) {
      repository.close();
      repository = null;
    }
  }

  private static CheckObjectsExistResponse answer(
      Repository repository, CheckObjectsExistRequest request) throws IOException {
    CheckObjectsExistResponse.Builder answer = CheckObjectsExistResponse.newBuilder();
    for (ByteString revision : request.getRevisionsList()) {
      String text = revision.toStringUtf8();
      if (text.isEmpty() || text.startsWith("-") || text.contains("\n")) {
        throw Answers.invalid("invalid revision: \"" + text + "\"");
      }
      answer.addRevisions(
          RevisionExistence.newBuilder()
              .setName(revision)
              .setExists(Commits.resolve(repository, text).isPresent()));
    }
    return answer.build();
  }
}
