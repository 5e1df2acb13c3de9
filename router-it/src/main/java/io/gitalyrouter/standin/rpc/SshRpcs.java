package io.gitalyrouter.standin.rpc;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.ExitStatus;
import io.gitalyrouter.it.proto.SSHReceivePackRequest;
import io.gitalyrouter.it.proto.SSHReceivePackResponse;
import io.gitalyrouter.it.proto.SSHServiceGrpc;
import io.gitalyrouter.it.proto.SSHUploadPackRequest;
import io.gitalyrouter.it.proto.SSHUploadPackResponse;
import io.gitalyrouter.standin.storage.Storages;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.jgit.lib.Repository;

/**
 * {@code gitaly.SSHService}. *Thread-safe.*
 *
 * <p>As when git itself ends badly: its complaint goes to stderr, then its exit status, then the
 * call ends with INTERNAL.
 */
public final class SshRpcs extends SSHServiceGrpc.SSHServiceImplBase {
  private static final int GIT_DIED = 128;

  private final Storages storages;
  private final StreamWorkers workers;
  private final Packs packs;

  /** Serves the given storages. */
  public SshRpcs(Storages storages, StreamWorkers workers, Mutations mutations) {
    this.storages = storages;
    this.workers = workers;
    this.packs = new Packs(mutations);
  }

  @Override
  public StreamObserver<SSHUploadPackRequest> sSHUploadPack(
      StreamObserver<SSHUploadPackResponse> observer) {
    return PackSession.open(workers, observer, SSHUploadPackRequest::getStdin, this::upload);
  }

  @Override
  public StreamObserver<SSHReceivePackRequest> sSHReceivePack(
      StreamObserver<SSHReceivePackResponse> observer) {
    return PackSession.open(workers, observer, SSHReceivePackRequest::getStdin, this::receive);
  }

  private void upload(
      SSHUploadPackRequest first, InputStream in, Outbound<SSHUploadPackResponse> out)
      throws IOException {
    try (Repository repository = storages.open(first.getRepository())) {
      ChunkedOutput stdout = new ChunkedOutput(chunk -> out.send(uploadStdout(chunk)));
      ChunkedOutput stderr = new ChunkedOutput(chunk -> out.send(uploadStderr(chunk)));
      int exit =
          run(stderr, () -> packs.upload(repository, first.getGitProtocol(), in, stdout, stderr));
      stderr.flush();
      out.send(SSHUploadPackResponse.newBuilder().setExitStatus(exitStatus(exit)).build());
      check(exit);
    }
  }

  private void receive(
      SSHReceivePackRequest first, InputStream in, Outbound<SSHReceivePackResponse> out)
      throws IOException {
    try (Repository repository = storages.open(first.getRepository())) {
      ChunkedOutput stdout = new ChunkedOutput(chunk -> out.send(receiveStdout(chunk)));
      ChunkedOutput stderr = new ChunkedOutput(chunk -> out.send(receiveStderr(chunk)));
      String detail = first.getRepository().getRelativePath();
      int exit =
          run(
              stderr,
              () -> packs.receive(repository, detail, /* twoWay= */ true, in, stdout, stderr));
      stderr.flush();
      out.send(SSHReceivePackResponse.newBuilder().setExitStatus(exitStatus(exit)).build());
      check(exit);
    }
  }

  private static int run(OutputStream stderr, Command command) throws IOException {
    try {
      command.run();
      return 0;
    } catch (CallGoneException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      stderr.write(("fatal: " + e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
      return GIT_DIED;
    }
  }

  private static void check(int exit) {
    if (exit != 0) {
      throw Status.INTERNAL.withDescription("cmd wait: exit status " + exit).asRuntimeException();
    }
  }

  private static SSHUploadPackResponse uploadStdout(ByteString chunk) {
    return SSHUploadPackResponse.newBuilder().setStdout(chunk).build();
  }

  private static SSHUploadPackResponse uploadStderr(ByteString chunk) {
    return SSHUploadPackResponse.newBuilder().setStderr(chunk).build();
  }

  private static SSHReceivePackResponse receiveStdout(ByteString chunk) {
    return SSHReceivePackResponse.newBuilder().setStdout(chunk).build();
  }

  private static SSHReceivePackResponse receiveStderr(ByteString chunk) {
    return SSHReceivePackResponse.newBuilder().setStderr(chunk).build();
  }

  private static ExitStatus exitStatus(int exit) {
    return ExitStatus.newBuilder().setValue(exit).build();
  }

  /** What git would do. *Not thread-safe; confined to one call.* */
  @FunctionalInterface
  private interface Command {
    /** Does it. */
    void run() throws IOException;
  }
}
