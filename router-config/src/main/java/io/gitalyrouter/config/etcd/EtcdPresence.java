package io.gitalyrouter.config.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one key at what this process says of itself, under a lease: when the process is gone, so is
 * the key, {@value #TTL_SECONDS} s later. Whatever is wrong with etcd is logged once and tried
 * again; nobody waits for it. <em>Thread-safe.</em>
 */
public final class EtcdPresence implements AutoCloseable {
  /** How long the key outlives its process, in seconds. */
  public static final long TTL_SECONDS = 20;

  private static final Logger log = LoggerFactory.getLogger(EtcdPresence.class);
  private static final Duration PERIOD = Duration.ofSeconds(5);
  private static final long ANSWER_SECONDS = 2;

  private final EtcdSettings settings;
  private final ByteString key;
  private final Supplier<byte[]> value;
  private final ScheduledExecutorService worker =
      new ScheduledThreadPoolExecutor(
          1, new DefaultThreadFactory("gitaly-router-etcd-report", /* daemon= */ true));
  private final EventLoopGroup loop = EtcdConnection.newLoop();

  /** The connection with its lease; null while there is none. Confined to the worker. */
  private @Nullable Session session;

  /** Counts the endpoints that were tried. Confined to the worker. */
  private int at;

  /** Whether the last try failed, and was told. Confined to the worker. */
  private boolean silent;

  private EtcdPresence(EtcdSettings settings, String key, Supplier<byte[]> value) {
    this.settings = settings;
    this.key = ByteString.copyFromUtf8(key);
    this.value = value;
  }

  /**
   * Begins to write, at once and then every few seconds.
   *
   * @param key the key that belongs to this process
   * @param value gives what to write; called on a thread of its own
   */
  public static EtcdPresence start(EtcdSettings settings, String key, Supplier<byte[]> value) {
    EtcdPresence presence = new EtcdPresence(settings, key, value);
    ScheduledFuture<?> unused =
        presence.worker.scheduleWithFixedDelay(
            presence::write, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    return presence;
  }

  /** Writes soon: there is news. Does not wait, and does nothing once closed. */
  public void changed() {
    if (!worker.isShutdown()) {
      worker.execute(this::write);
    }
  }

  private void write() {
    try {
      Session open = session == null ? connect() : session;
      session = open;
      open.keepAlive();
      open.put(key, ByteString.copyFrom(value.get()));
      silent = false;
    } catch (IOException | RuntimeException e) {
      at++;
      disconnect();
      if (!silent) {
        log.warn("host report not written key={} reason={}", key.toStringUtf8(), text(e));
      }
      silent = true;
    }
  }

  private static String text(Exception e) {
    return e instanceof StatusRuntimeException failed
        ? Trouble.text(failed.getStatus())
        : String.valueOf(e.getMessage());
  }

  private Session connect() throws IOException {
    EtcdEndpoint endpoint = settings.endpoints().get(at % settings.endpoints().size());
    EtcdConnection connection = EtcdConnection.open(settings, endpoint, loop, Runnable::run);
    boolean connected = false;
    try {
      Channel channel = connection.channel();
      if (settings.login().isPresent()) {
        channel =
            connection.channel(
                AuthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .authenticate(EtcdConnection.authenticate(settings.login().get()))
                    .getToken());
      }
      long lease =
          LeaseGrpc.newBlockingStub(channel)
              .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
              .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(TTL_SECONDS).build())
              .getID();
      connected = true;
      return new Session(connection, channel, lease);
    } finally {
      if (!connected) {
        connection.close();
      }
    }
  }

  private void disconnect() {
    Session open = session;
    session = null;
    if (open != null) {
      open.connection().close();
    }
  }

  /** Ends the lease, and with it the key; gives etcd a moment for that. */
  @Override
  public void close() {
    worker.execute(this::leave);
    worker.shutdown();
    try {
      if (!worker.awaitTermination(2 * ANSWER_SECONDS, TimeUnit.SECONDS)) {
        worker.shutdownNow();
      }
    } catch (InterruptedException e) {
      worker.shutdownNow();
      Thread.currentThread().interrupt();
    }
    EtcdConnection.close(loop);
  }

  private void leave() {
    Session open = session;
    if (open != null) {
      try {
        open.revoke();
      } catch (StatusRuntimeException e) {
        log.debug("lease not revoked reason={}", Trouble.text(e.getStatus()));
      }
    }
    disconnect();
  }

  /** A connection and the lease that was granted over it. <em>Immutable.</em> */
  private record Session(EtcdConnection connection, Channel channel, long lease) {
    void put(ByteString key, ByteString value) {
      var unused =
          KVGrpc.newBlockingStub(channel)
              .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
              .put(PutRequest.newBuilder().setKey(key).setValue(value).setLease(lease).build());
    }

    /** A lease that is gone, as after a long outage, ends the session. */
    void keepAlive() throws IOException {
      CompletableFuture<Long> ttl = new CompletableFuture<>();
      StreamObserver<LeaseKeepAliveRequest> ask =
          LeaseGrpc.newStub(channel)
              .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
              .leaseKeepAlive(new FirstTtl(ttl));
      ask.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
      try {
        if (ttl.get(2 * ANSWER_SECONDS, TimeUnit.SECONDS) <= 0) {
          throw new IOException("the lease is gone");
        }
        ask.onCompleted();
      } catch (ExecutionException e) {
        throw new IOException(Trouble.text(Status.fromThrowable(e)), e);
      } catch (TimeoutException e) {
        throw new IOException("no answer in time", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    void revoke() {
      var unused =
          LeaseGrpc.newBlockingStub(channel)
              .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
              .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
    }
  }

  /** Takes the first answer. <em>Called by one thread at a time, as gRPC promises.</em> */
  private record FirstTtl(CompletableFuture<Long> ttl)
      implements StreamObserver<LeaseKeepAliveResponse> {
    @Override
    public void onNext(LeaseKeepAliveResponse answer) {
      ttl.complete(answer.getTTL());
    }

    @Override
    public void onError(Throwable thrown) {
      ttl.completeExceptionally(thrown);
    }

    @Override
    public void onCompleted() {
      ttl.completeExceptionally(Status.ABORTED.asRuntimeException());
    }
  }
}
