package io.gitalyrouter.config.etcd;

import io.etcd.jetcd.api.AuthenticateRequest;
import io.gitalyrouter.config.etcd.EtcdSettings.Login;
import io.gitalyrouter.config.etcd.EtcdSettings.Tls;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * One connection to one endpoint. It is never mended: whoever sees it fail opens another, so that
 * neither a half-open socket nor grpc's own growing pauses can delay a change.
 * <em>Thread-safe.</em>
 */
final class EtcdConnection implements AutoCloseable {
  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
  private static final int CONNECT_MILLIS = 1000;

  private final ManagedChannel channel;

  private EtcdConnection(ManagedChannel channel) {
    this.channel = channel;
  }

  /** One thread that moves bytes, for {@link #open}. */
  static EventLoopGroup newLoop() {
    return new MultiThreadIoEventLoopGroup(
        1,
        new DefaultThreadFactory("gitaly-router-etcd-io", /* daemon= */ true),
        NioIoHandler.newFactory());
  }

  /** Ends such a thread. */
  static void close(EventLoopGroup loop) {
    Future<?> unused = loop.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }

  /**
   * Opens a connection; nothing is sent yet.
   *
   * @param callbacks where answers are told
   * @throws IOException if a certificate cannot be read
   */
  static EtcdConnection open(
      EtcdSettings settings, EtcdEndpoint endpoint, EventLoopGroup loop, Executor callbacks)
      throws IOException {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
            .eventLoopGroup(loop)
            .channelType(NioSocketChannel.class)
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .executor(callbacks)
            .disableServiceConfigLookUp();
    if (endpoint.isTls()) {
      builder.sslContext(context(settings.tls()));
    } else {
      builder.usePlaintext();
    }
    return new EtcdConnection(builder.build());
  }

  /** The channel without a login. */
  Channel channel() {
    return channel;
  }

  /** The channel with the token that a login gave. */
  Channel channel(String token) {
    Metadata headers = new Metadata();
    headers.put(TOKEN, token);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** The request that asks for such a token. Reads the password's file. */
  static AuthenticateRequest authenticate(Login login) throws IOException {
    byte[] password = login.password().secret();
    try {
      return AuthenticateRequest.newBuilder()
          .setName(login.user())
          .setPassword(new String(password, StandardCharsets.UTF_8))
          .build();
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  private static SslContext context(Tls tls) throws IOException {
    SslContextBuilder context = GrpcSslContexts.forClient();
    try {
      if (tls.caFile().isPresent()) {
        context.trustManager(readable(tls.caFile().get()).toFile());
      }
      if (tls.certFile().isPresent() && tls.keyFile().isPresent()) {
        context.keyManager(
            readable(tls.certFile().get()).toFile(), readable(tls.keyFile().get()).toFile());
      }
      return context.build();
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "a certificate or key for etcd is not in PEM form: " + e.getMessage(), e);
    }
  }

  private static Path readable(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException(
          file + " is missing or cannot be read; correct its path, or its permissions");
    }
    return file;
  }

  /** Ends the connection and everything that runs on it. */
  @Override
  public void close() {
    channel.shutdownNow();
  }
}
