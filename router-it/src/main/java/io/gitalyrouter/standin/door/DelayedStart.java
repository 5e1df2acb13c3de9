package io.gitalyrouter.standin.door;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the listener of a call whose handler starts later, and hands it what came
 * meanwhile. *Thread-safe.*
 *
 * <p>No thread waits: a thousand delayed calls cost a thousand timers.
 */
public final class DelayedStart<Q> extends ServerCall.Listener<Q> {
  private final SynchronizationContext serial;

  /** Both only touched in {@link #serial}. */
  private final List<Consumer<ServerCall.Listener<Q>>> waiting = new ArrayList<>();

  private ServerCall.@Nullable Listener<Q> started;

  private DelayedStart(SynchronizationContext serial) {
    this.serial = serial;
  }

  /**
   * Measures the delay, and runs the handler afterwards. *Immutable.*
   *
   * @param timer only hands over; never runs a handler itself
   * @param executor where handlers run
   */
  public record Clockwork(ScheduledExecutorService timer, Executor executor) {}

  /** Starts the handler after a delay, in the context of now. */
  static <Q> ServerCall.Listener<Q> begin(
      Clockwork clockwork,
      Duration delay,
      ServerCall<Q, ?> call,
      Supplier<ServerCall.Listener<Q>> start) {
    DelayedStart<Q> listener =
        new DelayedStart<>(
            new SynchronizationContext(
                (thread, failure) ->
                    call.close(
                        Status.INTERNAL.withDescription("panic: " + failure), new Metadata())));
    Runnable run =
        Context.current().wrap(() -> listener.serial.execute(() -> listener.start(start)));
    var unused =
        clockwork
            .timer()
            .schedule(
                () -> clockwork.executor().execute(run), delay.toNanos(), TimeUnit.NANOSECONDS);
    return listener;
  }

  private void start(Supplier<ServerCall.Listener<Q>> start) {
    ServerCall.Listener<Q> real = start.get();
    started = real;
    waiting.forEach(event -> event.accept(real));
    waiting.clear();
  }

  private void deliver(Consumer<ServerCall.Listener<Q>> event) {
    serial.execute(
        () -> {
          if (started == null) {
            waiting.add(event);
          } else {
            event.accept(started);
          }
        });
  }

  @Override
  public void onMessage(Q message) {
    deliver(listener -> listener.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    deliver(ServerCall.Listener::onHalfClose);
  }

  @Override
  public void onCancel() {
    deliver(ServerCall.Listener::onCancel);
  }

  @Override
  public void onComplete() {
    deliver(ServerCall.Listener::onComplete);
  }

  @Override
  public void onReady() {
    deliver(ServerCall.Listener::onReady);
  }
}
