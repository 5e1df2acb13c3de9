package io.gitalyrouter.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The threads that move bytes, and the kinds of socket that belong to them: native epoll where it
 * loads, the JDK's own sockets elsewhere. <em>Thread-safe.</em>
 */
final class EventLoops {
  private final boolean nativeSockets;
  private final EventLoopGroup group;

  private EventLoops(boolean nativeSockets, int threads) {
    this.nativeSockets = nativeSockets;
    IoHandlerFactory io = nativeSockets ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    this.group =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("gitaly-router-io", /* daemon= */ true), io);
  }

  static EventLoops create() {
    return create(Epoll.isAvailable());
  }

  static EventLoops create(boolean nativeSockets) {
    return new EventLoops(nativeSockets, Math.max(1, Runtime.getRuntime().availableProcessors()));
  }

  EventLoopGroup group() {
    return group;
  }

  Class<? extends Channel> tcp() {
    return nativeSockets ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  Class<? extends Channel> unix() {
    return nativeSockets ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class;
  }

  SocketAddress unixAddress(String path) {
    return nativeSockets ? new DomainSocketAddress(path) : UnixDomainSocketAddress.of(path);
  }

  void close() {
    Future<?> unused = group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}
