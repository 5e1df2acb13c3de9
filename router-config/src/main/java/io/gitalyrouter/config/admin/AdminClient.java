package io.gitalyrouter.config.admin;

import io.gitalyrouter.breaker.BreakerMode;
import io.gitalyrouter.config.admin.proto.Actor;
import io.gitalyrouter.config.admin.proto.AutoBreakerRequest;
import io.gitalyrouter.config.admin.proto.DiagnoseRequest;
import io.gitalyrouter.config.admin.proto.DrainRequest;
import io.gitalyrouter.config.admin.proto.ExplainRequest;
import io.gitalyrouter.config.admin.proto.Fault;
import io.gitalyrouter.config.admin.proto.ForceBreakerRequest;
import io.gitalyrouter.config.admin.proto.ForceLocalRequest;
import io.gitalyrouter.config.admin.proto.InjectFaultRequest;
import io.gitalyrouter.config.admin.proto.ResetBreakerRequest;
import io.gitalyrouter.config.admin.proto.ResumeRequest;
import io.gitalyrouter.config.admin.proto.RouterAdminGrpc;
import io.gitalyrouter.config.admin.proto.RouterAdminGrpc.RouterAdminBlockingStub;
import io.gitalyrouter.config.admin.proto.StatusRequest;
import io.gitalyrouter.transport.InjectedFault;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the processes whose sockets are in an admin directory. Every question ends within the
 * timeout, whatever the process does. <em>Thread-safe.</em>
 */
public final class AdminClient implements AutoCloseable {
  /** The default timeout of one question. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(3);

  /** The trouble of a socket that a process has left behind. */
  public static final String ENDED = "the process has ended: nobody listens";

  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private final Path directory;
  private final Duration timeout;
  private final EventLoopGroup loop;

  private AdminClient(Path directory, Duration timeout) {
    this.directory = directory;
    this.timeout = timeout;
    this.loop =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("gitaly-router-admin-client", /* daemon= */ true),
            NioIoHandler.newFactory());
  }

  /** A client of the processes of a directory; touches nothing yet. */
  public static AdminClient of(Path directory) {
    return of(directory, DEFAULT_TIMEOUT);
  }

  /**
   * As above, with another timeout.
   *
   * @param timeout of one question to one process; above 0
   */
  public static AdminClient of(Path directory, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
    }
    return new AdminClient(directory, timeout);
  }

  /**
   * What one process answered.
   *
   * @param socket where it was asked
   * @param value its answer; empty if there is none
   * @param trouble why there is none; empty if there is one
   * @param <T> the answer's type
   */
  public record Answer<T>(Path socket, Optional<T> value, Optional<String> trouble) {}

  /**
   * Who changes something, and why; both are logged by the process.
   *
   * @param name such as {@code alice@ops01}
   * @param reason shown by status for as long as the change holds
   */
  public record By(String name, String reason) {
    private static final Pattern SAID = Pattern.compile("(?s)(.*) \\(([^()\\s]+@[^()\\s]+)\\)");

    /**
     * Both in the words in which status and events show them, such as {@code why (alice@ops01)}.
     */
    String said() {
      return reason + " (" + name + ")";
    }

    /** Reads those words; the name is empty where a process gave the order to itself. */
    public static By ofSaid(String words) {
      Matcher matcher = SAID.matcher(words);
      return matcher.matches() ? new By(matcher.group(2), matcher.group(1)) : new By("", words);
    }

    Actor message() {
      return Actor.newBuilder().setName(name).setReason(reason).build();
    }
  }

  /**
   * The sockets in the directory, by name; those of dead processes too.
   *
   * @throws IOException if the directory cannot be read
   */
  public List<Path> sockets() throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new IOException(
          "admin directory " + directory + ": there is none; does a process run with one?");
    }
    return SocketFile.list(directory);
  }

  /** The reports of all processes. */
  public List<Answer<HostReport>> reports() throws IOException {
    return each(
        stub -> HostReport.fromJson(stub.status(StatusRequest.getDefaultInstance()).getReport()));
  }

  /** Forces all calls of all processes to the local side, until {@link #resume}. */
  public List<Answer<Boolean>> forceLocal(By by) throws IOException {
    ForceLocalRequest request = ForceLocalRequest.newBuilder().setActor(by.message()).build();
    return each(stub -> stub.forceLocal(request).isInitialized());
  }

  /**
   * Ends what {@link #forceLocal} began.
   *
   * @return what still forces calls of each process to the local side
   */
  public List<Answer<List<String>>> resume(By by) throws IOException {
    ResumeRequest request = ResumeRequest.newBuilder().setActor(by.message()).build();
    return each(stub -> List.copyOf(stub.resume(request).getStillForcedList()));
  }

  /**
   * What would become of a call in each process.
   *
   * @param correlationId the call's id, if it has one
   */
  public List<Answer<Explained>> explain(
      String storage, String method, Optional<String> correlationId) throws IOException {
    ExplainRequest request =
        ExplainRequest.newBuilder()
            .setStorage(storage)
            .setMethod(method)
            .setCorrelationId(correlationId.orElse(""))
            .build();
    return each(stub -> Explained.of(stub.explain(request)));
  }

  /** How many calls run on the network endpoints of each process. */
  public List<Answer<Drained>> drain() throws IOException {
    return each(stub -> Drained.of(stub.drain(DrainRequest.getDefaultInstance())));
  }

  /** As {@link #drain}, and cancels the calls on endpoints that no role uses any more. */
  public List<Answer<Drained>> cancelDraining(By by) throws IOException {
    DrainRequest request = DrainRequest.newBuilder().setCancel(true).setActor(by.message()).build();
    return each(stub -> Drained.of(stub.drain(request)));
  }

  /**
   * Sets the mode of a storage's breaker in each process, for a time.
   *
   * @param limit above 0, at most a day; whole seconds
   */
  public List<Answer<Boolean>> forceBreaker(String storage, BreakerMode mode, Duration limit, By by)
      throws IOException {
    ForceBreakerRequest request =
        ForceBreakerRequest.newBuilder()
            .setStorage(storage)
            .setMode(Wire.mode(mode))
            .setSeconds(limit.toSeconds())
            .setActor(by.message())
            .build();
    return each(stub -> stub.forceBreaker(request).isInitialized());
  }

  /** Ends a mode that {@link #forceBreaker} set before its time, in each process. */
  public List<Answer<Boolean>> autoBreaker(String storage, By by) throws IOException {
    AutoBreakerRequest request =
        AutoBreakerRequest.newBuilder().setStorage(storage).setActor(by.message()).build();
    return each(stub -> stub.autoBreaker(request).isInitialized());
  }

  /** Sets a storage's breaker back to automatic, and closed, in each process. */
  public List<Answer<Boolean>> resetBreaker(String storage, By by) throws IOException {
    ResetBreakerRequest request =
        ResetBreakerRequest.newBuilder().setStorage(storage).setActor(by.message()).build();
    return each(stub -> stub.resetBreaker(request).isInitialized());
  }

  /**
   * Makes up a fault for a drill in each process.
   *
   * @param limit above 0, at most an hour; whole seconds
   */
  public List<Answer<Boolean>> injectFault(
      String storage, InjectedFault fault, Duration limit, By by) throws IOException {
    return fault(
        InjectFaultRequest.newBuilder()
            .setStorage(storage)
            .setFault(Wire.fault(fault.kind()))
            .setDelayMillis(fault.delay().toMillis())
            .setSeconds(limit.toSeconds())
            .setActor(by.message())
            .build());
  }

  /** Ends what {@link #injectFault} began. */
  public List<Answer<Boolean>> clearFault(String storage, By by) throws IOException {
    return fault(
        InjectFaultRequest.newBuilder()
            .setStorage(storage)
            .setFault(Fault.FAULT_NONE)
            .setActor(by.message())
            .build());
  }

  /** What helps to find out why a process does not do what it should, of each process. */
  public List<Answer<Diagnosis>> diagnose() throws IOException {
    return each(stub -> Diagnosis.of(stub.diagnose(DiagnoseRequest.getDefaultInstance())));
  }

  private List<Answer<Boolean>> fault(InjectFaultRequest request) throws IOException {
    return each(stub -> stub.injectFault(request).isInitialized());
  }

  private <T> List<Answer<T>> each(Function<RouterAdminBlockingStub, T> question)
      throws IOException {
    List<Answer<T>> answers = new ArrayList<>();
    for (Path socket : sockets()) {
      answers.add(ask(socket, question));
    }
    return answers;
  }

  private <T> Answer<T> ask(Path socket, Function<RouterAdminBlockingStub, T> question) {
    if (SocketFile.isDead(socket)) {
      return failed(socket, ENDED);
    }
    ManagedChannel channel = connect(socket);
    try {
      RouterAdminBlockingStub stub =
          RouterAdminGrpc.newBlockingStub(channel)
              .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer<>(socket, Optional.of(question.apply(stub)), Optional.empty());
    } catch (StatusRuntimeException e) {
      return failed(socket, text(e.getStatus()));
    } catch (IllegalArgumentException e) {
      return failed(socket, String.valueOf(e.getMessage()));
    } finally {
      channel.shutdownNow();
    }
  }

  private static <T> Answer<T> failed(Path socket, String why) {
    return new Answer<>(socket, Optional.empty(), Optional.of(why));
  }

  private String text(Status status) {
    String said = status.getDescription() == null ? "" : status.getDescription();
    Throwable cause = status.getCause();
    return switch (status.getCode()) {
      case DEADLINE_EXCEEDED -> "no answer within " + timeout.toMillis() + " ms";
      case UNAVAILABLE -> "cannot be reached (" + (cause == null ? said : cause.getMessage()) + ")";
      case UNIMPLEMENTED -> "its library is older and does not know this request";
      default -> said.isEmpty() ? status.getCode().toString() : said;
    };
  }

  private ManagedChannel connect(Path socket) {
    return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
        .channelType(NioDomainSocketChannel.class)
        // A unix socket does not have it, and netty warns of each.
        .withOption(ChannelOption.SO_KEEPALIVE, null)
        .eventLoopGroup(loop)
        .overrideAuthority("localhost")
        .maxInboundMessageSize(MAX_ANSWER_BYTES)
        // The caller's own thread runs what a blocking call waits for; nothing else is called back.
        .directExecutor()
        .disableServiceConfigLookUp()
        .usePlaintext()
        .build();
  }

  /** Ends the client's thread. */
  @Override
  public void close() {
    Future<?> unused = loop.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}
