package io.gitalyrouter.worker;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.Repository;
import io.gitalyrouter.it.proto.SSHReceivePackRequest;
import io.gitalyrouter.it.proto.SSHReceivePackResponse;
import io.gitalyrouter.it.proto.SSHServiceGrpc;
import io.gitalyrouter.it.proto.SSHUploadPackRequest;
import io.gitalyrouter.it.proto.SSHUploadPackResponse;
import io.grpc.MethodDescriptor;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * One of the two streaming RPCs that carry git's own bytes, so that one bridge serves both.
 * <em>Immutable.</em>
 *
 * @param method the RPC
 * @param first the message that names the repository
 * @param input wraps bytes for the program's standard input
 * @param output unwraps an answer
 * @param <Q> its request type
 * @param <R> its response type
 */
record PackRpc<Q, R>(
    MethodDescriptor<Q, R> method,
    Q first,
    Function<ByteString, Q> input,
    Function<R, Output> output) {

  /**
   * One answer.
   *
   * @param stdout bytes for the client
   * @param stderr bytes for the log; what the client should see is in {@code stdout} as a sideband
   * @param exitStatus how the program ended; only in the last answer
   */
  record Output(ByteString stdout, ByteString stderr, OptionalInt exitStatus) {}

  /** The RPC for a request. */
  static PackRpc<?, ?> of(GitRequest request, String storage, String user) {
    Repository repository =
        Repository.newBuilder()
            .setStorageName(storage)
            .setRelativePath(request.relativePath())
            .build();
    return switch (request.service()) {
      case UPLOAD_PACK -> uploadPack(repository, request.protocol());
      case RECEIVE_PACK -> receivePack(repository, request.protocol(), user);
    };
  }

  private static PackRpc<SSHUploadPackRequest, SSHUploadPackResponse> uploadPack(
      Repository repository, String protocol) {
    return new PackRpc<>(
        SSHServiceGrpc.getSSHUploadPackMethod(),
        SSHUploadPackRequest.newBuilder()
            .setRepository(repository)
            .setGitProtocol(protocol)
            .build(),
        bytes -> SSHUploadPackRequest.newBuilder().setStdin(bytes).build(),
        answer ->
            new Output(
                answer.getStdout(),
                answer.getStderr(),
                answer.hasExitStatus()
                    ? OptionalInt.of(answer.getExitStatus().getValue())
                    : OptionalInt.empty()));
  }

  private static PackRpc<SSHReceivePackRequest, SSHReceivePackResponse> receivePack(
      Repository repository, String protocol, String user) {
    return new PackRpc<>(
        SSHServiceGrpc.getSSHReceivePackMethod(),
        SSHReceivePackRequest.newBuilder()
            .setRepository(repository)
            .setGitProtocol(protocol)
            .setGlId(user)
            .setGlRepository("project-1")
            .setGlUsername(user)
            .build(),
        bytes -> SSHReceivePackRequest.newBuilder().setStdin(bytes).build(),
        answer ->
            new Output(
                answer.getStdout(),
                answer.getStderr(),
                answer.hasExitStatus()
                    ? OptionalInt.of(answer.getExitStatus().getValue())
                    : OptionalInt.empty()));
  }
}
