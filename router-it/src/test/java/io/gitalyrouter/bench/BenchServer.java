package io.gitalyrouter.bench;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server that answers at once from memory, on a unix socket, on TCP and on TLS. As a process of
 * its own it ends when its standard input does, which is when its parent is gone.
 * <em>Thread-safe.</em>
 */
final class BenchServer implements AutoCloseable {
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
  private final List<Server> servers = new ArrayList<>();
  private final BindableService[] services;
  private final Site site;

  private BenchServer(Path directory, String name) throws Exception {
    this.services = Services.all(name);
    X509Bundle certificate =
        new CertificateBuilder()
            .subject("CN=" + Site.HOST)
            .setIsCertificateAuthority(true)
            .addSanIpAddress(Site.HOST)
            .buildSelfSigned();
    Path caFile = directory.resolve(name + ".pem");
    Files.writeString(caFile, certificate.getCertificatePathPEM());
    Path socket = directory.resolve(name + ".socket");
    Files.deleteIfExists(socket);
    serve(
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .channelType(EpollServerDomainSocketChannel.class)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null));
    int tcpPort = serve(overTcp());
    int tlsPort =
        serve(
            overTcp()
                .sslContext(
                    GrpcSslContexts.forServer(
                            certificate.toTempCertChainPem(), certificate.toTempPrivateKeyPem())
                        .build()));
    this.site = new Site(socket, tcpPort, tlsPort, caFile);
  }

  /** Serves under this name until it is closed. */
  static BenchServer open(Path directory, String name) throws Exception {
    return new BenchServer(directory, name);
  }

  /** Serves in a process of its own: directory, name, file to write the site to. */
  public static void main(String[] args) throws Exception {
    try (BenchServer server = open(Path.of(args[0]), args[1])) {
      server.site().write(Path.of(args[2]));
      while (System.in.read() >= 0) {
        // Nothing is said there; its end is all that counts.
      }
    }
  }

  private static NettyServerBuilder overTcp() {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .channelType(EpollServerSocketChannel.class);
  }

  private int serve(NettyServerBuilder builder) throws IOException {
    builder
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops)
        // Nothing blocks here, and every handing over would take from the clients' processors.
        .directExecutor()
        .permitKeepAliveTime(10, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(/* permit= */ true);
    for (BindableService service : services) {
      builder.addService(service);
    }
    Server server = builder.build().start();
    servers.add(server);
    return server.getPort();
  }

  Site site() {
    return site;
  }

  @Override
  public void close() {
    servers.forEach(Server::shutdownNow);
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
