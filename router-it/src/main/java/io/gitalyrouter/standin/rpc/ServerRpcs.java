package io.gitalyrouter.standin.rpc;

import io.gitalyrouter.it.proto.ServerInfoRequest;
import io.gitalyrouter.it.proto.ServerInfoResponse;
import io.gitalyrouter.it.proto.ServerServiceGrpc;
import io.gitalyrouter.standin.storage.FilesystemId;
import io.gitalyrouter.standin.storage.Storages;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code gitaly.ServerService}. *Thread-safe.* */
public final class ServerRpcs extends ServerServiceGrpc.ServerServiceImplBase {
  private final Storages storages;
  private final String version;

  /** Reports a version and the state of the storages at the time of asking. */
  public ServerRpcs(Storages storages, String version) {
    this.storages = storages;
    this.version = version;
  }

  @Override
  public void serverInfo(ServerInfoRequest request, StreamObserver<ServerInfoResponse> observer) {
    Answers.one(
        observer,
        () -> {
          ServerInfoResponse.Builder answer =
              ServerInfoResponse.newBuilder().setServerVersion(version).setGitVersion("2.49.0");
          storages.roots().forEach((name, root) -> answer.addStorageStatuses(status(name, root)));
          return answer.build();
        });
  }

  private static ServerInfoResponse.StorageStatus status(String name, Path root) {
    return ServerInfoResponse.StorageStatus.newBuilder()
        .setStorageName(name)
        .setReadable(Files.isReadable(root))
        .setWriteable(Files.isWritable(root))
        .setFsType(fileSystem(root))
        .setFilesystemId(FilesystemId.read(root))
        .setReplicationFactor(1)
        .build();
  }

  private static String fileSystem(Path root) {
    try {
      return Files.getFileStore(root).type();
    } catch (IOException e) {
      return "";
    }
  }
}
