package io.gitalyrouter.standin;

import io.gitalyrouter.standin.door.CallInterceptor;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Plain channels to stand-ins, with a deadline on every call; no router in between. */
final class Dial implements AutoCloseable {
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final List<ManagedChannel> channels = new ArrayList<>();

  /** A channel to an address as the process helper gives it. */
  Channel to(String address) {
    ListenAddress target = ListenAddress.parse(address);
    NettyChannelBuilder builder =
        target.isUnix()
            ? NettyChannelBuilder.forAddress(new DomainSocketAddress(target.path()))
                .channelType(EpollDomainSocketChannel.class)
                // A unix socket does not have it, and netty warns of each.
                .withOption(ChannelOption.SO_KEEPALIVE, null)
            : NettyChannelBuilder.forAddress(target.inetAddress())
                .channelType(EpollSocketChannel.class);
    ManagedChannel channel = builder.eventLoopGroup(loop).usePlaintext().build();
    channels.add(channel);
    return ClientInterceptors.intercept(channel, deadline());
  }

  /** A channel with TLS that trusts one certificate. */
  Channel toTls(String address, Path trusted) throws IOException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(ListenAddress.parse(address).inetAddress())
            .channelType(EpollSocketChannel.class)
            .eventLoopGroup(loop)
            .overrideAuthority("127.0.0.1")
            .sslContext(GrpcSslContexts.forClient().trustManager(trusted.toFile()).build())
            .build();
    channels.add(channel);
    return ClientInterceptors.intercept(channel, deadline());
  }

  /** The same channel with a call id, as a client sends it. */
  static Channel withCallId(Channel channel, String callId) {
    Metadata headers = new Metadata();
    headers.put(CallInterceptor.CALL_ID, callId);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static ClientInterceptor deadline() {
    return new ClientInterceptor() {
      @Override
      public <Q, A> ClientCall<Q, A> interceptCall(
          MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        CallOptions bounded =
            options.getDeadline() == null
                ? options.withDeadlineAfter(30, TimeUnit.SECONDS)
                : options;
        return next.newCall(method, bounded);
      }
    };
  }
}
