package io.gitalyrouter.etcd;

import static org.awaitility.Awaitility.await;

import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.gitalyrouter.config.etcd.EtcdDocument;
import io.gitalyrouter.config.etcd.EtcdSettings;
import io.gitalyrouter.config.etcd.EtcdSettings.Tls;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A real etcd of one member on loopback, with a directory of its own, and the ways to harm it.
 * {@link #close} ends the process in every case, also when it is frozen. <em>Not thread-safe;
 * confined to the test that starts it.</em>
 */
public final class EtcdServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);

  private final Path directory;
  private final Tls tls;
  private final List<String> options;
  private final int port = freePort();
  private final int peerPort = freePort();
  private Process process;

  private EtcdServer(Path directory, Tls tls, List<String> options) throws IOException {
    this.directory = directory;
    this.tls = tls;
    this.options = options;
    this.process = spawn(port);
  }

  /** Starts one and waits until it serves. */
  public static EtcdServer start(Path directory) throws IOException {
    EtcdServer server = start(directory, Tls.PLATFORM, List.of());
    server.awaitServing();
    return server;
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param tls what its clients use; the platform's for no TLS at all
   * @param options more options of etcd
   */
  static EtcdServer start(Path directory, Tls tls, List<String> options) throws IOException {
    EtcdServer server = new EtcdServer(Files.createDirectories(directory), tls, options);
    server.awaitListening(server.port);
    return server;
  }

  /** How clients reach it. */
  public EtcdSettings settings() {
    return EtcdSettings.of(endpoint(port)).withTls(tls);
  }

  /** Its document, for a test that writes. */
  public EtcdDocument document() {
    return EtcdDocument.of(settings());
  }

  /** Writes a document, whatever is there; gives its revision. */
  public long write(String text) throws IOException {
    return document().replace(document().read().revision(), text.getBytes(StandardCharsets.UTF_8));
  }

  /** Asks etcd something that its own clients ask. */
  <T> T ask(Function<ManagedChannel, T> question) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    try {
      return question.apply(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  /** Forgets all revisions before this one. */
  void compact(long revision) {
    Object unused =
        ask(
            channel ->
                KVGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(10, TimeUnit.SECONDS)
                    .compact(
                        CompactionRequest.newBuilder()
                            .setRevision(revision)
                            .setPhysical(true)
                            .build()));
  }

  /** Ends it without a warning (SIGKILL), and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    await().atMost(START).until(() -> !process.isAlive());
  }

  /** Starts it again with its data, and waits until it serves. */
  public void restart() throws IOException {
    process = spawn(port);
    awaitServing();
  }

  /** Starts it again with its data where its clients do not find it. */
  EtcdServer restartHidden() throws IOException {
    EtcdServer hidden = new EtcdServer(directory, tls, options);
    hidden.awaitServing();
    return hidden;
  }

  /** Stops the process from running (SIGSTOP): its sockets stay open, and nobody answers. */
  void freeze() throws IOException {
    signal("STOP");
  }

  /** Lets a frozen process run on. */
  void thaw() throws IOException {
    signal("CONT");
  }

  /** Copies the data of a stopped server. */
  void backUp(Path to) throws IOException {
    copy(directory.resolve("data"), to);
  }

  /** Puts copied data in the place of a stopped server's. */
  void restore(Path from) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    copy(from, directory.resolve("data"));
  }

  void awaitServing() {
    await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> document().read() != null);
  }

  @Override
  public void close() {
    kill();
  }

  private void awaitListening(int at) {
    await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), at));
                return true;
              }
            });
  }

  private Process spawn(int clientPort) throws IOException {
    String peer = "http://127.0.0.1:" + peerPort;
    List<String> command =
        new ArrayList<>(
            List.of(
                "etcd",
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls=" + endpoint(clientPort),
                "--advertise-client-urls=" + endpoint(clientPort),
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer,
                "--heartbeat-interval=50",
                "--election-timeout=500",
                "--logger=zap"));
    command.addAll(options);
    return new ProcessBuilder(command)
        .redirectErrorStream(/* redirectErrorStream= */ true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
        .start();
  }

  private String endpoint(int clientPort) {
    return (tls.equals(Tls.PLATFORM) ? "http" : "https") + "://127.0.0.1:" + clientPort;
  }

  private void signal(String name) throws IOException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    try {
      if (kill.waitFor() != 0) {
        throw new IOException("kill -" + name + " " + process.pid() + " failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while signalling", e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException("no free port", e);
    }
  }
}
