package io.gitalyrouter.standin.rpc;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.BlobServiceGrpc;
import io.gitalyrouter.it.proto.GetBlobRequest;
import io.gitalyrouter.it.proto.GetBlobResponse;
import io.gitalyrouter.standin.storage.Storages;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;

/** {@code gitaly.BlobService}. *Thread-safe.* */
public final class BlobRpcs extends BlobServiceGrpc.BlobServiceImplBase {
  private final Storages storages;
  private final StreamWorkers workers;

  /** Serves the given storages. */
  public BlobRpcs(Storages storages, StreamWorkers workers) {
    this.storages = storages;
    this.workers = workers;
  }

  @Override
  public void getBlob(GetBlobRequest request, StreamObserver<GetBlobResponse> observer) {
    Outbound<GetBlobResponse> out =
        Outbound.of((ServerCallStreamObserver<GetBlobResponse>) observer, () -> {});
    workers.serve(
        out,
        () -> {
          if (request.getOid().isEmpty()) {
            throw Answers.invalid("empty Oid");
          }
          try (Repository repository = storages.open(request.getRepository())) {
            send(repository, request, out);
          }
        });
  }

  private static void send(
      Repository repository, GetBlobRequest request, Outbound<GetBlobResponse> out)
      throws IOException {
    ObjectId id = ObjectId.isId(request.getOid()) ? ObjectId.fromString(request.getOid()) : null;
    if (id == null || !repository.getObjectDatabase().has(id)) {
      out.send(GetBlobResponse.getDefaultInstance());
      return;
    }
    ObjectLoader blob = repository.open(id);
    if (blob.getType() != Constants.OBJ_BLOB) {
      out.send(GetBlobResponse.getDefaultInstance());
      return;
    }
    long left =
        request.getLimit() < 0 ? blob.getSize() : Math.min(request.getLimit(), blob.getSize());
    GetBlobResponse.Builder message =
        GetBlobResponse.newBuilder().setOid(request.getOid()).setSize(blob.getSize());
    try (InputStream bytes = blob.openStream()) {
      do {
        ByteString chunk =
            ByteString.copyFrom(bytes.readNBytes((int) Math.min(left, ChunkedOutput.CHUNK)));
        if (chunk.isEmpty() && left > 0) {
          throw new IOException("blob " + id.name() + " ends before its size");
        }
        out.send(message.setData(chunk).build());
        message = GetBlobResponse.newBuilder();
        left -= chunk.size();
      } while (left > 0);
    }
  }
}
