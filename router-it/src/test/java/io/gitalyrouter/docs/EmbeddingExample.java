package io.gitalyrouter.docs;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.source.FileSource;
import io.gitalyrouter.it.proto.Repository;
import io.gitalyrouter.it.proto.RepositoryExistsRequest;
import io.gitalyrouter.it.proto.RepositoryServiceGrpc;
import io.gitalyrouter.it.proto.RepositoryServiceGrpc.RepositoryServiceBlockingStub;
import io.grpc.Channel;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The README's example; the lines between the markers are the README's own. */
abstract class EmbeddingExample {
  abstract void serve(boolean exists);

  void embed(MeterRegistry registry, Repository repository) {
    // example begins
    Path file = Path.of("/etc/gitaly-router/router.yaml");
    try (ConfiguredRouter configured =
        ConfiguredRouter.open(
            FileSource.of(file), "git01", GitalyRouter.builder().meterRegistry(registry))) {
      Channel channel = configured.router().channel("nfs-file01");
      RepositoryServiceBlockingStub repositories = RepositoryServiceGrpc.newBlockingStub(channel);
      boolean exists =
          repositories
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .repositoryExists(
                  RepositoryExistsRequest.newBuilder().setRepository(repository).build())
              .getExists();
      serve(exists);
    }
    // example ends
  }
}
