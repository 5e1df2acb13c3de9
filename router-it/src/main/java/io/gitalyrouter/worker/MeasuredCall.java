package io.gitalyrouter.worker;

import io.gitalyrouter.worker.CallRecord.Ending;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One call of the load from its start to its end, whatever its kind: one message out, any number
 * in. <em>Not thread-safe; confined to the caller until it is started, then to the call's
 * callbacks, which gRPC makes one after the other.</em>
 *
 * @param <Q> the request type
 * @param <R> the response type
 */
final class MeasuredCall<Q, R> extends ClientCall.Listener<R> {
  private final ClientCall<Q, R> call;
  private final Predicate<R> plausible;
  private final BiConsumer<CallRecord, Ending> whenEnded;
  private final CallRecord record;
  private final long startNanos = System.nanoTime();
  // A call that fails in start() and closes as well must be recorded once.
  private final AtomicBoolean done = new AtomicBoolean();
  private long messages;
  private boolean wrong;

  MeasuredCall(
      ClientCall<Q, R> call,
      Predicate<R> plausible,
      BiConsumer<CallRecord, Ending> whenEnded,
      CallRecord record) {
    this.call = call;
    this.plausible = plausible;
    this.whenEnded = whenEnded;
    this.record = record;
  }

  void start(Q message, Metadata headers) {
    try {
      call.start(this, headers);
      call.request(1);
      call.sendMessage(message);
      call.halfClose();
    } catch (RuntimeException e) {
      call.cancel("the caller failed", e);
      end(Status.INTERNAL.withDescription("start failed: " + e).withCause(e));
    }
  }

  @Override
  public void onMessage(R message) {
    if (messages++ == 0) {
      wrong = !plausible.test(message);
    }
    call.request(1);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    end(status);
  }

  private void end(Status status) {
    if (!done.compareAndSet(false, true)) {
      return;
    }
    long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - startNanos);
    String description = status.getDescription();
    boolean lie = status.isOk() && (wrong || messages == 0);
    whenEnded.accept(
        record,
        new Ending(
            Instant.now(),
            micros,
            lie ? "WRONG_ANSWER" : status.getCode().name(),
            description == null ? "" : description,
            messages,
            route(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))));
  }

  private static String route(@Nullable SocketAddress answeredBy) {
    if (answeredBy == null) {
      return "unknown";
    }
    return answeredBy instanceof InetSocketAddress ? "network" : "local";
  }
}
