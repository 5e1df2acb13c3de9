package io.gitalyrouter.bench;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.BlobServiceGrpc;
import io.gitalyrouter.it.proto.CheckObjectsExistRequest;
import io.gitalyrouter.it.proto.CheckObjectsExistResponse;
import io.gitalyrouter.it.proto.CommitServiceGrpc;
import io.gitalyrouter.it.proto.FindCommitRequest;
import io.gitalyrouter.it.proto.FindCommitResponse;
import io.gitalyrouter.it.proto.GetBlobRequest;
import io.gitalyrouter.it.proto.GetBlobResponse;
import io.gitalyrouter.it.proto.GitCommit;
import io.gitalyrouter.it.proto.ServerInfoRequest;
import io.gitalyrouter.it.proto.ServerInfoResponse;
import io.gitalyrouter.it.proto.ServerServiceGrpc;
import io.grpc.BindableService;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** What the server answers: the same bytes every time. <em>Immutable.</em> */
final class Services {
  static final String STORAGE = "default";
  static final int LARGE_BYTES = 64 << 10;
  static final int CHUNK_BYTES = 128 << 10;
  static final ByteString LARGE = ByteString.copyFromUtf8("large");

  private Services() {}

  /** All services of a server of this name, which it tells as the id of every commit. */
  static BindableService[] all(String name) {
    return new BindableService[] {
      new Commits(name), new Blobs(), new Info(), new HealthStatusManager().getHealthService()
    };
  }

  private static FindCommitResponse commit(String name, int bodyBytes) {
    return FindCommitResponse.newBuilder()
        .setCommit(
            GitCommit.newBuilder()
                .setId(name)
                .setSubject(ByteString.copyFromUtf8("Serve the same answer to everybody"))
                .setBody(ByteString.copyFrom(new byte[bodyBytes])))
        .build();
  }

  private static final class Commits extends CommitServiceGrpc.CommitServiceImplBase {
    private final FindCommitResponse small;
    private final FindCommitResponse large;

    Commits(String name) {
      this.small = commit(name, 0);
      this.large = commit(name, LARGE_BYTES);
    }

    @Override
    public void findCommit(FindCommitRequest request, StreamObserver<FindCommitResponse> answer) {
      answer.onNext(request.getRevision().equals(LARGE) ? large : small);
      answer.onCompleted();
    }

    @Override
    public StreamObserver<CheckObjectsExistRequest> checkObjectsExist(
        StreamObserver<CheckObjectsExistResponse> answer) {
      return new StreamObserver<>() {
        @Override
        public void onNext(CheckObjectsExistRequest request) {
          answer.onNext(CheckObjectsExistResponse.getDefaultInstance());
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          answer.onCompleted();
        }
      };
    }
  }

  private static final class Blobs extends BlobServiceGrpc.BlobServiceImplBase {
    private final GetBlobResponse chunk =
        GetBlobResponse.newBuilder().setData(ByteString.copyFrom(new byte[CHUNK_BYTES])).build();

    @Override
    public void getBlob(GetBlobRequest request, StreamObserver<GetBlobResponse> observer) {
      ServerCallStreamObserver<GetBlobResponse> answer =
          (ServerCallStreamObserver<GetBlobResponse>) observer;
      Runnable send =
          new Runnable() {
            private long left = request.getLimit() / CHUNK_BYTES;

            @Override
            public void run() {
              while (left > 0 && answer.isReady()) {
                answer.onNext(chunk);
                if (--left == 0) {
                  answer.onCompleted();
                }
              }
            }
          };
      answer.setOnReadyHandler(send);
    }
  }

  private static final class Info extends ServerServiceGrpc.ServerServiceImplBase {
    @Override
    public void serverInfo(ServerInfoRequest request, StreamObserver<ServerInfoResponse> answer) {
      answer.onNext(
          ServerInfoResponse.newBuilder()
              .setServerVersion("18.9.0")
              .addStorageStatuses(
                  ServerInfoResponse.StorageStatus.newBuilder()
                      .setStorageName(STORAGE)
                      .setReadable(true)
                      .setFilesystemId("one"))
              .build());
      answer.onCompleted();
    }
  }
}
