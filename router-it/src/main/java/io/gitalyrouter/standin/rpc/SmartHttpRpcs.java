package io.gitalyrouter.standin.rpc;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.InfoRefsRequest;
import io.gitalyrouter.it.proto.InfoRefsResponse;
import io.gitalyrouter.it.proto.PostReceivePackRequest;
import io.gitalyrouter.it.proto.PostReceivePackResponse;
import io.gitalyrouter.it.proto.SmartHTTPServiceGrpc;
import io.gitalyrouter.standin.storage.Storages;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.InputStream;
import java.io.OutputStream;
import org.eclipse.jgit.lib.Repository;

/** {@code gitaly.SmartHTTPService}. *Thread-safe.* */
public final class SmartHttpRpcs extends SmartHTTPServiceGrpc.SmartHTTPServiceImplBase {
  private final Storages storages;
  private final StreamWorkers workers;
  private final Packs packs;

  /** Serves the given storages. */
  public SmartHttpRpcs(Storages storages, StreamWorkers workers, Mutations mutations) {
    this.storages = storages;
    this.workers = workers;
    this.packs = new Packs(mutations);
  }

  @Override
  public void infoRefsUploadPack(
      InfoRefsRequest request, StreamObserver<InfoRefsResponse> observer) {
    advertise(
        request,
        observer,
        (repository, out) -> packs.advertiseUpload(repository, request.getGitProtocol(), out));
  }

  @Override
  public void infoRefsReceivePack(
      InfoRefsRequest request, StreamObserver<InfoRefsResponse> observer) {
    advertise(request, observer, packs::advertiseReceive);
  }

  @Override
  public StreamObserver<PostReceivePackRequest> postReceivePack(
      StreamObserver<PostReceivePackResponse> observer) {
    return PackSession.open(workers, observer, PostReceivePackRequest::getData, this::receive);
  }

  private void receive(
      PostReceivePackRequest first, InputStream in, Outbound<PostReceivePackResponse> out)
      throws Exception {
    try (Repository repository = storages.open(first.getRepository());
        OutputStream bytes = new ChunkedOutput(chunk -> out.send(response(chunk)))) {
      String detail = first.getRepository().getRelativePath();
      packs.receive(repository, detail, /* twoWay= */ false, in, bytes, bytes);
    }
  }

  private void advertise(
      InfoRefsRequest request, StreamObserver<InfoRefsResponse> observer, Advertisement body) {
    Outbound<InfoRefsResponse> out =
        Outbound.of((ServerCallStreamObserver<InfoRefsResponse>) observer, () -> {});
    workers.serve(
        out,
        () -> {
          try (Repository repository = storages.open(request.getRepository());
              OutputStream bytes =
                  new ChunkedOutput(
                      chunk -> out.send(InfoRefsResponse.newBuilder().setData(chunk).build()))) {
            body.write(repository, bytes);
          }
        });
  }

  private static PostReceivePackResponse response(ByteString chunk) {
    return PostReceivePackResponse.newBuilder().setData(chunk).build();
  }

  /** Writes one advertisement. *Thread-safe.* */
  @FunctionalInterface
  private interface Advertisement {
    /** Writes it. */
    void write(Repository repository, OutputStream out) throws Exception;
  }
}
