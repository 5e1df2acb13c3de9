package io.gitalyrouter.worker;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code git://} on the loopback interface, each conversation through the router's channel:
 * what an unmodified {@code git clone}, {@code fetch} and {@code push} talk to.
 * <em>Thread-safe.</em>
 */
final class GitFront implements AutoCloseable {
  /** Conversations at once; a further client is told to come back. */
  static final int MAX_CONNECTIONS = 64;

  private static final Logger log = LoggerFactory.getLogger(GitFront.class);
  private static final Duration REQUEST_LINE_TIMEOUT = Duration.ofSeconds(10);
  // How long a client may keep the connection after the last byte was sent to it.
  private static final Duration LINGER = Duration.ofSeconds(10);

  private final ServerSocket listener;
  private final Channel channel;
  private final CallIds callIds;
  private final String storage;
  private final Semaphore slots = new Semaphore(MAX_CONNECTIONS);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(NamedThreads.of("git-front"));
  private final ScheduledExecutorService lingerer =
      Executors.newSingleThreadScheduledExecutor(NamedThreads.of("git-front-linger"));

  private GitFront(ServerSocket listener, Channel channel, String storage, CallIds callIds) {
    this.listener = listener;
    this.channel = channel;
    this.storage = storage;
    this.callIds = callIds;
  }

  /**
   * Listens and serves until closed.
   *
   * @throws IOException if the address is in use, or not a loopback address: the protocol knows no
   *     password
   */
  static GitFront open(InetSocketAddress address, Channel channel, String storage, CallIds callIds)
      throws IOException {
    InetAddress ip = address.getAddress();
    if (ip == null || !ip.isLoopbackAddress()) {
      throw new IOException("git front: " + address + " (expected: a loopback address)");
    }
    ServerSocket listener = new ServerSocket();
    try {
      listener.bind(address, MAX_CONNECTIONS);
    } catch (IOException e) {
      listener.close();
      throw new IOException("git front: cannot listen on " + address + ": " + e.getMessage(), e);
    }
    GitFront front = new GitFront(listener, channel, storage, callIds);
    front.threads.execute(front::acceptAll);
    return front;
  }

  /** The port that clients connect to. */
  int port() {
    return listener.getLocalPort();
  }

  private void acceptAll() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        threads.execute(() -> serve(socket));
      } catch (SocketException e) {
        if (!listener.isClosed()) {
          log.warn("git front: accept failed: {}", e.getMessage());
        }
      } catch (IOException e) {
        log.warn("git front: accept failed: {}", e.getMessage());
      }
    }
  }

  private void serve(Socket socket) {
    boolean admitted = slots.tryAcquire();
    try (socket) {
      socket.setTcpNoDelay(true);
      if (!admitted) {
        refuse(socket, "too many connections (at most " + MAX_CONNECTIONS + "); try again");
        return;
      }
      converse(socket);
    } catch (IOException e) {
      log.debug("git front: connection ended: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
      if (admitted) {
        slots.release();
      }
    }
  }

  private void converse(Socket socket) throws IOException, InterruptedException {
    socket.setSoTimeout((int) REQUEST_LINE_TIMEOUT.toMillis());
    GitRequest request;
    try {
      request = GitRequest.parse(PktLine.read(socket.getInputStream()).orElse(new byte[0]));
    } catch (IllegalArgumentException e) {
      refuse(socket, String.valueOf(e.getMessage()));
      return;
    }
    socket.setSoTimeout(0);
    CallIds.Id id = callIds.next("git");
    Metadata headers = id.headers();
    PackRpc<?, ?> rpc = PackRpc.of(request, storage, callIds.host());
    Status status = bridge(socket, rpc, id.value(), headers);
    log.debug("call={} service={} status={}", id.value(), request.service(), status);
  }

  private <Q, R> Status bridge(Socket socket, PackRpc<Q, R> rpc, String id, Metadata headers)
      throws InterruptedException {
    GitBridge<Q, R> bridge = new GitBridge<>(socket, rpc, channel, id);
    return bridge.run(headers, task -> threads.execute(() -> runThenLinger(task, socket)));
  }

  /**
   * The last byte is out when the task returns; a client that does not close its side then would
   * hold the reading thread for good.
   */
  private void runThenLinger(Runnable writer, Socket socket) {
    writer.run();
    ScheduledFuture<?> unused =
        lingerer.schedule(() -> closeQuietly(socket), LINGER.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void refuse(Socket socket, String why) throws IOException {
    socket.getOutputStream().write(PktLine.error(why));
    socket.shutdownOutput();
    // Closing with unread input would reset the connection and could take the message with it.
    socket.setSoTimeout((int) LINGER.toMillis());
    socket.getInputStream().skipNBytes(Long.MAX_VALUE);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("git front: close failed: {}", e.getMessage());
    }
  }

  /** Stops listening and ends every conversation. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      log.debug("git front: close failed: {}", e.getMessage());
    }
    open.forEach(GitFront::closeQuietly);
    threads.shutdownNow();
    lingerer.shutdownNow();
  }
}
