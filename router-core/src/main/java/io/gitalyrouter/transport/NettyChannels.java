package io.gitalyrouter.transport;

import io.gitalyrouter.route.Endpoint;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Channels over real sockets. Gives them no retry policy: moving calls is the router's, and grpc's
 * transparent retry of calls that were never sent is safe for writes. <em>Thread-safe.</em>
 */
final class NettyChannels implements ChannelSource {
  private final EventLoops loops;
  private final TransportSettings settings;
  private final @Nullable Executor callbacks;

  /** The callbacks' executor; null for grpc's own. */
  NettyChannels(EventLoops loops, TransportSettings settings, @Nullable Executor callbacks) {
    this.loops = loops;
    this.settings = settings;
    this.callbacks = callbacks;
  }

  @Override
  public ManagedChannel open(Endpoint endpoint, FollowedFiles files) throws IOException {
    TransportSettings own = settings.with(endpoint.connection());
    NettyChannelBuilder builder = builder(endpoint, files, own);
    builder
        .executor(callbacks)
        .eventLoopGroup(loops.group())
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) own.connectTimeout().toMillis())
        .disableServiceConfigLookUp();
    return builder.build();
  }

  @Override
  public void close() {
    loops.close();
  }

  private NettyChannelBuilder builder(Endpoint endpoint, FollowedFiles files, TransportSettings own)
      throws IOException {
    if (endpoint instanceof Endpoint.Unix unix) {
      return NettyChannelBuilder.forAddress(loops.unixAddress(unix.path()))
          .channelType(loops.unix())
          // Strict HTTP/2 servers reset a call whose authority is a socket path.
          .overrideAuthority("localhost")
          // grpc sets it on every socket; a unix socket does not have it and warns each time.
          .withOption(ChannelOption.SO_KEEPALIVE, null)
          .usePlaintext();
    }
    if (endpoint instanceof Endpoint.Tcp tcp) {
      return overTcp(NettyChannelBuilder.forAddress(tcp.host(), tcp.port()), own).usePlaintext();
    }
    if (endpoint instanceof Endpoint.Dns dns) {
      return overTcp(NettyChannelBuilder.forTarget(dns.address()), own).usePlaintext();
    }
    Endpoint.Tls tls = (Endpoint.Tls) endpoint;
    return overTcp(NettyChannelBuilder.forAddress(tls.host(), tls.port()), own)
        .sslContext(TlsContext.create(tls, files));
  }

  private NettyChannelBuilder overTcp(NettyChannelBuilder builder, TransportSettings own) {
    return builder
        .channelType(loops.tcp())
        // An endpoint that is named stays connected: a first call after a pause must not wait.
        .idleTimeout(Long.MAX_VALUE, TimeUnit.NANOSECONDS)
        .keepAliveTime(own.keepAliveTime().toNanos(), TimeUnit.NANOSECONDS)
        .keepAliveTimeout(own.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
        .keepAliveWithoutCalls(/* enable= */ true);
  }
}
