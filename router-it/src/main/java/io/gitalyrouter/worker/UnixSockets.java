package io.gitalyrouter.worker;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * gRPC over a unix socket, at both ends, with one thread for all sockets of one instance.
 * <em>Thread-safe.</em>
 */
public final class UnixSockets implements AutoCloseable {
  private final EventLoopGroup loop;

  private UnixSockets(EventLoopGroup loop) {
    this.loop = loop;
  }

  /** Starts the thread; {@link #close} ends it. */
  public static UnixSockets open(String threadName) {
    return new UnixSockets(
        new MultiThreadIoEventLoopGroup(
            1, NamedThreads.of(threadName), EpollIoHandler.newFactory()));
  }

  /** A channel to a socket. The caller shuts it down before this is closed. */
  public ManagedChannel connect(Path socket) {
    return NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
        .channelType(EpollDomainSocketChannel.class)
        // A unix socket does not have it, and netty warns of each.
        .withOption(ChannelOption.SO_KEEPALIVE, null)
        .eventLoopGroup(loop)
        .overrideAuthority("localhost")
        .usePlaintext()
        .build();
  }

  /** Serves one service on a socket. The caller shuts it down before this is closed. */
  Server serve(Path socket, BindableService service) throws IOException {
    return NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
        .channelType(EpollServerDomainSocketChannel.class)
        // A unix socket does not have it, and netty warns of each.
        .withChildOption(ChannelOption.SO_KEEPALIVE, null)
        .bossEventLoopGroup(loop)
        .workerEventLoopGroup(loop)
        .addService(service)
        .build()
        .start();
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
