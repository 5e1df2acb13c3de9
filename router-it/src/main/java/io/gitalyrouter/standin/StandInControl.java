package io.gitalyrouter.standin;

import io.gitalyrouter.standin.proto.AddFaultRequest;
import io.gitalyrouter.standin.proto.Answer;
import io.gitalyrouter.standin.proto.Break;
import io.gitalyrouter.standin.proto.ClearFaultsRequest;
import io.gitalyrouter.standin.proto.ConnectionCount;
import io.gitalyrouter.standin.proto.ControlGrpc;
import io.gitalyrouter.standin.proto.ControlGrpc.ControlBlockingStub;
import io.gitalyrouter.standin.proto.Disable;
import io.gitalyrouter.standin.proto.Fault;
import io.gitalyrouter.standin.proto.Hang;
import io.gitalyrouter.standin.proto.MethodCount;
import io.gitalyrouter.standin.proto.ReadCountersRequest;
import io.gitalyrouter.standin.proto.ReadCountersResponse;
import io.gitalyrouter.standin.proto.SetListeningRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Watches and disturbs one stand-in. *Thread-safe.*
 *
 * <p>Every call fails after five seconds with {@link io.grpc.StatusRuntimeException}, as on a
 * frozen process.
 */
public final class StandInControl implements AutoCloseable {
  /** Matches every method, health included. */
  public static final String ALL_METHODS = "";

  private static final long DEADLINE_SECONDS = 5;

  private final EventLoopGroup loop;
  private final ManagedChannel channel;

  private StandInControl(EventLoopGroup loop, ManagedChannel channel) {
    this.loop = loop;
    this.channel = channel;
  }

  /** Makes a client, which connects when it is first used. */
  public static StandInControl connect(Path socket) {
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("standin-control", /* daemon= */ true),
            EpollIoHandler.newFactory());
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .eventLoopGroup(loop)
            .channelType(EpollDomainSocketChannel.class)
            // A unix socket does not have it, and netty warns of each.
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .usePlaintext()
            .build();
    return new StandInControl(loop, channel);
  }

  /** What has happened since the process started. */
  public ReadCountersResponse counters() {
    return stub().readCounters(ReadCountersRequest.getDefaultInstance());
  }

  /** The counts of one method; zeros if it was never called. */
  public MethodCount count(String method) {
    return counters().getMethodsList().stream()
        .filter(count -> count.getMethod().equals(method))
        .findFirst()
        .orElse(MethodCount.newBuilder().setMethod(method).build());
  }

  /** The connections of one transport; zeros if it is not served. */
  public ConnectionCount connections(String transport) {
    return counters().getConnectionsList().stream()
        .filter(count -> count.getTransport().equals(transport))
        .findFirst()
        .orElse(ConnectionCount.newBuilder().setTransport(transport).build());
  }

  /**
   * Switches a fault on, with all that can be said about it.
   *
   * @return its id
   */
  public long addFault(Fault fault) {
    return stub().addFault(AddFaultRequest.newBuilder().setFault(fault).build()).getId();
  }

  /** Lets matching calls begin later. */
  public long delay(String method, Duration delay) {
    return addFault(
        Fault.newBuilder()
            .setMethod(method)
            .setDelayMillis(Math.toIntExact(delay.toMillis()))
            .build());
  }

  /** Answers matching calls with a status, and does nothing. */
  public long answer(String method, Status status) {
    return addFault(Fault.newBuilder().setMethod(method).setAnswer(message(status)).build());
  }

  /** Takes matching calls and never answers them. */
  public long hang(String method) {
    return addFault(
        Fault.newBuilder().setMethod(method).setHang(Hang.getDefaultInstance()).build());
  }

  /** Answers as a server without these methods. */
  public long disable(String method) {
    return addFault(
        Fault.newBuilder().setMethod(method).setDisable(Disable.getDefaultInstance()).build());
  }

  /** Does what is asked, then ends the call with a status. */
  public long executeThenFail(String method, Status status) {
    return addFault(
        Fault.newBuilder().setMethod(method).setExecuteThenFail(message(status)).build());
  }

  /** Lets some messages of the answer out, then ends the call with a status. */
  public long breakAfter(String method, int messages, Status status) {
    return addFault(
        Fault.newBuilder()
            .setMethod(method)
            .setBreak(Break.newBuilder().setAfterMessages(messages).setAnswer(message(status)))
            .build());
  }

  /** Switches all faults off; calls that hang go on hanging. */
  public void clearFaults() {
    var unused = stub().clearFaults(ClearFaultsRequest.getDefaultInstance());
  }

  /**
   * Closes the served sockets: clients are refused.
   *
   * @param graceful whether running calls may end, as when a server is stopped
   */
  public void refuse(boolean graceful) {
    var unused =
        stub()
            .setListening(
                SetListeningRequest.newBuilder().setListening(false).setGraceful(graceful).build());
  }

  /** Opens the served sockets again, at the same addresses. */
  public void accept() {
    var unused = stub().setListening(SetListeningRequest.newBuilder().setListening(true).build());
  }

  @Override
  public void close() {
    channel.shutdownNow();
    var unused = loop.shutdownGracefully(/* quietPeriod= */ 0, /* timeout= */ 1, TimeUnit.SECONDS);
  }

  private ControlBlockingStub stub() {
    return ControlGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private static Answer message(Status status) {
    String text = status.getDescription();
    return Answer.newBuilder()
        .setCode(status.getCode().value())
        .setMessage(text == null ? "" : text)
        .build();
  }
}
