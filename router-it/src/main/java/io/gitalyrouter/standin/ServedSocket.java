package io.gitalyrouter.standin;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.gitalyrouter.standin.door.Connections;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One listening socket, which can be closed and opened again at the same address. *Thread-safe.*
 *
 * <p>gRPC's server cannot be opened twice, so every opening makes a new one with the same services;
 * the counters go on.
 */
final class ServedSocket {
  private final Plan plan;
  private final Connections connections;
  private final Object lock = new Object();

  @GuardedBy("lock") private ListenAddress address;

  @GuardedBy("lock") private @Nullable Server server;

  ServedSocket(ListenAddress address, Plan plan) {
    this.address = address;
    this.plan = plan;
    this.connections = new Connections(address.transport());
  }

  /**
   * What is served, and by whom. *Immutable.*
   *
   * @param interceptors outermost first
   * @param tls for tls addresses
   * @param minKeepAlive a client that pings more often is thrown out
   */
  record Plan(
      List<BindableService> services,
      List<ServerInterceptor> interceptors,
      Executor executor,
      EventLoopGroup boss,
      EventLoopGroup workers,
      Optional<Tls> tls,
      Duration minKeepAlive) {}

  /**
   * What is shown to clients, and who is let in. *Immutable.*
   *
   * @param clientCa only clients that one of these signed are let in; empty lets all in
   */
  record Tls(File certificate, File key, Optional<File> clientCa) {
    SslContext context() throws IOException {
      SslContextBuilder context = GrpcSslContexts.forServer(certificate, key);
      clientCa.ifPresent(ca -> context.trustManager(ca).clientAuth(ClientAuth.REQUIRE));
      return context.build();
    }
  }

  /** Opens it unless it is open; removes a socket file that a dead server has left. */
  void open() throws IOException {
    synchronized (lock) {
      if (server == null) {
        if (address.isUnix()) {
          Files.deleteIfExists(Path.of(address.path()));
        }
        Server started = builder().build().start();
        server = started;
        if (!address.isUnix()) {
          address = address.withPort(started.getPort());
        }
      }
    }
  }

  /** Closes it unless it is closed; running calls end by themselves, or at once. */
  void close(boolean graceful) {
    Server closing;
    synchronized (lock) {
      closing = server;
      server = null;
    }
    if (closing != null) {
      if (graceful) {
        closing.shutdown();
      } else {
        closing.shutdownNow();
      }
    }
  }

  /** Accepts nothing more; running calls go on. */
  void beginStop() {
    synchronized (lock) {
      if (server != null) {
        server.shutdown();
      }
    }
  }

  /** Closes it for good: running calls have the given time to end. */
  void stop(Duration grace) throws InterruptedException {
    Server closing;
    synchronized (lock) {
      closing = server;
      server = null;
    }
    if (closing != null) {
      closing.shutdown();
      if (!closing.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
        closing.shutdownNow();
      }
    }
  }

  /** The address, with the actual port once it has been open. */
  ListenAddress address() {
    synchronized (lock) {
      return address;
    }
  }

  Connections connections() {
    return connections;
  }

  @GuardedBy("lock") private NettyServerBuilder builder() throws IOException {
    NettyServerBuilder builder;
    if (address.isUnix()) {
      builder =
          NettyServerBuilder.forAddress(new DomainSocketAddress(address.path()))
              .channelType(EpollServerDomainSocketChannel.class)
              // A unix socket does not have it, and netty warns of each.
              .withChildOption(ChannelOption.SO_KEEPALIVE, null);
    } else {
      builder =
          NettyServerBuilder.forAddress(address.inetAddress())
              .channelType(EpollServerSocketChannel.class);
    }
    builder
        .bossEventLoopGroup(plan.boss())
        .workerEventLoopGroup(plan.workers())
        .executor(plan.executor())
        .permitKeepAliveTime(plan.minKeepAlive().toNanos(), TimeUnit.NANOSECONDS)
        .permitKeepAliveWithoutCalls(/* permit= */ true)
        .addTransportFilter(connections);
    plan.services().forEach(builder::addService);
    // gRPC runs the interceptor that was added last first.
    for (int i = plan.interceptors().size() - 1; i >= 0; i--) {
      builder.intercept(plan.interceptors().get(i));
    }
    if (address.transport().equals(ListenAddress.TLS)) {
      builder.sslContext(plan.tls().orElseThrow().context());
    }
    return builder;
  }
}
