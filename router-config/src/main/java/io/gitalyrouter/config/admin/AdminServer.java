package io.gitalyrouter.config.admin;

import io.gitalyrouter.config.Companion;
import io.gitalyrouter.config.ConfigEvent;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin socket of one process: one thread that moves bytes, and one that answers, so that
 * changes come one after the other. <em>Thread-safe.</em>
 */
final class AdminServer implements Companion.Running {
  private static final Logger log = LoggerFactory.getLogger(AdminServer.class);

  private static final int MAX_REQUEST_BYTES = 64 << 10;
  private static final long CLOSE_SECONDS = 2;

  private final ScheduledExecutorService worker;
  private final EventLoopGroup loop;
  private final ForceLocalFile forceLocal;
  private final Supplier<String> metrics;

  /** Where it listens; null before {@link #listen} is done. Confined to open and close. */
  private @Nullable Path socket;

  /** As {@link #socket}. */
  private @Nullable Server server;

  private AdminServer(AdminDirectory directory, Reporter reporter, Supplier<String> metrics) {
    this.metrics = metrics;
    this.worker =
        new ScheduledThreadPoolExecutor(
            1, new DefaultThreadFactory("gitaly-router-admin", /* daemon= */ true));
    this.loop =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("gitaly-router-admin-io", /* daemon= */ true),
            NioIoHandler.newFactory());
    this.forceLocal = new ForceLocalFile(directory.path(), reporter.router());
  }

  /**
   * Opens the socket and looks at the file for the first time.
   *
   * @throws IOException if the socket cannot be opened
   */
  static AdminServer open(
      AdminDirectory directory, boolean groupAccess, Reporter reporter, Supplier<String> metrics)
      throws IOException {
    AdminServer admin = new AdminServer(directory, reporter, metrics);
    boolean opened = false;
    try {
      directory.clean(reporter.now());
      admin.forceLocal.follow(admin.worker);
      admin.listen(directory, groupAccess, reporter);
      opened = true;
      return admin;
    } finally {
      if (!opened) {
        admin.close();
      }
    }
  }

  /**
   * Binds where nobody else gets at it, sets the mode, and only then moves the socket to where it
   * is found: at no moment can more people open it than may.
   */
  private void listen(AdminDirectory directory, boolean groupAccess, Reporter reporter)
      throws IOException {
    Path place = SocketFile.of(directory.path(), reporter.host(), reporter.process());
    if (Files.exists(place)) {
      throw new IOException(
          place + ": is there already (expected: one router of a host name in a process)");
    }
    Path hidden = directory.createPrivate(reporter.process());
    Path bound = hidden.resolve("s");
    try {
      server = build(bound, reporter).start();
      Files.setPosixFilePermissions(
          bound, PosixFilePermissions.fromString(groupAccess ? "rw-rw----" : "rw-------"));
      Files.move(bound, place, StandardCopyOption.ATOMIC_MOVE);
      socket = place;
    } finally {
      AdminDirectory.remove(bound);
      AdminDirectory.remove(hidden);
    }
    log.info("admin socket open path={}", place);
  }

  private Server build(Path at, Reporter reporter) {
    return NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(at))
        .channelType(NioServerDomainSocketChannel.class)
        // A unix socket does not have it, and netty warns of each.
        .withChildOption(ChannelOption.SO_KEEPALIVE, null)
        .bossEventLoopGroup(loop)
        .workerEventLoopGroup(loop)
        .executor(worker)
        .maxInboundMessageSize(MAX_REQUEST_BYTES)
        .addService(new AdminService(reporter, metrics))
        .build();
  }

  @Override
  public void onConfigEvent(ConfigEvent event) {
    // Who wants to know asks.
  }

  /** Closes the socket and removes its file; running answers get a moment. */
  @Override
  public void close() {
    if (socket != null) {
      AdminDirectory.remove(socket);
    }
    try {
      if (server != null && !server.shutdown().awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        server.shutdownNow();
      }
      worker.shutdownNow();
      loop.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
          .await(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
