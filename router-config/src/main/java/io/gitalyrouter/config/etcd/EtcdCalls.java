package io.gitalyrouter.config.etcd;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.KVGrpc;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks one endpoint after the other, each on a connection of its own, until one answers. Blocks for
 * a few seconds at most, however many endpoints there are. <em>Thread-safe.</em>
 */
final class EtcdCalls {
  private static final Duration ALL = Duration.ofSeconds(3);
  private static final Duration LEAST_EACH = Duration.ofMillis(500);

  private final EtcdSettings settings;

  EtcdCalls(EtcdSettings settings) {
    this.settings = settings;
  }

  /** A question; it may be asked again at another endpoint. */
  @FunctionalInterface
  interface Question<T> {
    /**
     * Asks.
     *
     * @param isRepeated whether it was asked before, and may have been heard
     */
    T ask(KVGrpc.KVBlockingStub etcd, boolean isRepeated);
  }

  /**
   * The first answer.
   *
   * @throws IOException if no endpoint answers in time; the message says why for each of them
   */
  <T> T firstAnswer(Question<T> question) throws IOException {
    Duration each = ALL.dividedBy(settings.endpoints().size());
    Duration share = each.compareTo(LEAST_EACH) < 0 ? LEAST_EACH : each;
    Trouble trouble = new Trouble();
    EventLoopGroup loop = EtcdConnection.newLoop();
    try {
      for (EtcdEndpoint endpoint : settings.endpoints()) {
        try (EtcdConnection connection =
            EtcdConnection.open(settings, endpoint, loop, Runnable::run)) {
          Deadline deadline = Deadline.after(share.toNanos(), TimeUnit.NANOSECONDS);
          return question.ask(stub(connection, deadline), trouble.endpoints() > 0);
        } catch (StatusRuntimeException e) {
          trouble.add(endpoint, e.getStatus());
        } catch (IOException e) {
          trouble.add(endpoint, e);
        }
      }
    } finally {
      EtcdConnection.close(loop);
    }
    throw trouble.toException();
  }

  private KVGrpc.KVBlockingStub stub(EtcdConnection connection, Deadline deadline)
      throws IOException {
    if (settings.login().isEmpty()) {
      return KVGrpc.newBlockingStub(connection.channel()).withDeadline(deadline);
    }
    String token =
        AuthGrpc.newBlockingStub(connection.channel())
            .withDeadline(deadline)
            .authenticate(EtcdConnection.authenticate(settings.login().get()))
            .getToken();
    return KVGrpc.newBlockingStub(connection.channel(token)).withDeadline(deadline);
  }
}
