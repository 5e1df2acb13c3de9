package io.gitalyrouter.bench;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** grpc-java's channels, with the settings that the router gives to its own. */
final class PlainClient {
  private PlainClient() {}

  static Opened open(Site site, Transport transport) {
    EventLoopGroup loops = loops();
    ManagedChannel channel = channel(site, transport, loops);
    return new Opened(channel, () -> close(loops, channel));
  }

  /** As many threads as the router has. */
  static EventLoopGroup loops() {
    return new MultiThreadIoEventLoopGroup(
        Runtime.getRuntime().availableProcessors(),
        new DefaultThreadFactory("bench-io", /* daemon= */ true),
        EpollIoHandler.newFactory());
  }

  static ManagedChannel channel(Site site, Transport transport, EventLoopGroup loops) {
    return switch (transport) {
      case UNIX -> unix(site.socket(), loops);
      case TCP -> overTcp(site.tcpPort(), loops).usePlaintext().build();
      case TLS -> tls(site, loops);
    };
  }

  static ManagedChannel unix(Path socket, EventLoopGroup loops) {
    return NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
        .channelType(EpollDomainSocketChannel.class)
        .eventLoopGroup(loops)
        .overrideAuthority("localhost")
        .withOption(ChannelOption.SO_KEEPALIVE, null)
        .disableServiceConfigLookUp()
        .usePlaintext()
        .build();
  }

  private static ManagedChannel tls(Site site, EventLoopGroup loops) {
    try {
      return overTcp(site.tlsPort(), loops)
          .sslContext(GrpcSslContexts.forClient().trustManager(site.caFile().toFile()).build())
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static NettyChannelBuilder overTcp(int port, EventLoopGroup loops) {
    return NettyChannelBuilder.forAddress(Site.HOST, port)
        .channelType(EpollSocketChannel.class)
        .eventLoopGroup(loops)
        .disableServiceConfigLookUp()
        .idleTimeout(Long.MAX_VALUE, TimeUnit.NANOSECONDS)
        .keepAliveTime(20, TimeUnit.SECONDS)
        .keepAliveTimeout(10, TimeUnit.SECONDS)
        .keepAliveWithoutCalls(/* enable= */ true);
  }

  static void close(EventLoopGroup loops, ManagedChannel... channels) {
    for (ManagedChannel channel : channels) {
      channel.shutdownNow();
    }
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
