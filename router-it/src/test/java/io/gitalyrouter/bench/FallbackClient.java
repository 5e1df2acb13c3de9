package io.gitalyrouter.bench;

import com.google.cloud.grpc.fallback.GcpFallbackChannel;
import com.google.cloud.grpc.fallback.GcpFallbackChannelOptions;
import io.grpc.ManagedChannel;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;

/** grpc-gcp's channel: the primary one until too many calls of a period failed there. */
final class FallbackClient {
  private FallbackClient() {}

  /**
   * Opens it.
   *
   * @param period after which it looks at the errors; its default is a minute
   */
  static Opened open(Site primary, Site fallback, Transport transport, Duration period) {
    EventLoopGroup loops = PlainClient.loops();
    ManagedChannel first = PlainClient.channel(primary, transport, loops);
    ManagedChannel second = PlainClient.channel(fallback, transport, loops);
    GcpFallbackChannel channel =
        new GcpFallbackChannel(
            GcpFallbackChannelOptions.newBuilder().setPeriod(period).build(), first, second);
    return new Opened(
        channel,
        () -> {
          channel.shutdownNow();
          PlainClient.close(loops, first, second);
        });
  }
}
