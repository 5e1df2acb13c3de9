package io.gitalyrouter.experiment;

import com.google.protobuf.ByteString;
import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.it.proto.RefExistsRequest;
import io.gitalyrouter.it.proto.RefServiceGrpc;
import io.gitalyrouter.it.proto.Repository;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.route.Token;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Calls the network server past every role: what sabotage does, and a forgotten client would.
 * <em>Immutable.</em>
 */
final class DirectCalls {
  private static final Metadata.Key<String> CALL_ID =
      Metadata.Key.of("x-gitlab-correlation-id", Metadata.ASCII_STRING_MARSHALLER);

  private DirectCalls() {}

  /** Makes some calls in a host's name. */
  static void make(Rig rig, Phase phase, int count) {
    // A router whose local side is the network server reaches it without any role.
    Endpoint endpoint =
        Endpoint.parse(rig.network().tcpAddress()).withToken(Token.file(rig.tokenFile()));
    RoutingTable table =
        RoutingTable.of("sabotage", List.of(StorageRoutes.localOnly(Rig.STORAGE, endpoint)));
    try (GitalyRouter router = GitalyRouter.builder().build(table)) {
      for (int i = 0; i < count; i++) {
        Metadata headers = new Metadata();
        headers.put(CALL_ID, Hosts.CANARY + "-" + phase.label() + "-direct-" + i);
        var unused =
            RefServiceGrpc.newBlockingStub(router.channel(Rig.STORAGE))
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withWaitForReady()
                .withDeadlineAfter(5, TimeUnit.SECONDS)
                .refExists(
                    RefExistsRequest.newBuilder()
                        .setRepository(
                            Repository.newBuilder()
                                .setStorageName(Rig.STORAGE)
                                .setRelativePath(Rig.REPOSITORY))
                        .setRef(ByteString.copyFromUtf8(rig.source().defaultBranch()))
                        .build());
      }
    }
  }
}
