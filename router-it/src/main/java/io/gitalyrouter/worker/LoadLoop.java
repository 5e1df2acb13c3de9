package io.gitalyrouter.worker;

import io.gitalyrouter.worker.CallRecord.Ending;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes calls at a given rate, whatever the answers take: an open loop, so that a slow server shows
 * as slow and not as fewer calls. Every call that is sent is recorded once, when it ends.
 * <em>Thread-safe.</em>
 */
final class LoadLoop {
  private static final Duration TICK = Duration.ofMillis(5);

  private final Channel channel;
  private final LoadTarget target;
  private final CallIds callIds;
  private final CallLog calls;
  private final List<CallShape<?, ?>> draw = new ArrayList<>();
  private final SplittableRandom random;
  private final ScheduledExecutorService pacer =
      Executors.newSingleThreadScheduledExecutor(NamedThreads.of("load"));
  private final Semaphore slots;
  private final AtomicLong issued = new AtomicLong();
  private final AtomicLong shed = new AtomicLong();
  private final long startNanos = System.nanoTime();

  private LoadLoop(Channel channel, LoadTarget target, CallIds callIds, CallLog calls) {
    this.channel = channel;
    this.target = target;
    this.callIds = callIds;
    this.calls = calls;
    this.random = new SplittableRandom(target.seed());
    this.slots = new Semaphore(target.maxInFlight());
    for (CallShape<?, ?> shape : CallShape.all()) {
      for (int i = 0; i < shape.weight(); i++) {
        draw.add(shape);
      }
    }
  }

  /** Starts to make calls. */
  static LoadLoop start(Channel channel, LoadTarget target, CallIds callIds, CallLog calls) {
    LoadLoop loop = new LoadLoop(channel, target, callIds, calls);
    ScheduledFuture<?> unused =
        loop.pacer.scheduleAtFixedRate(loop::issueDue, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    return loop;
  }

  /**
   * Stops, and waits for the running calls: each has a deadline, so this ends.
   *
   * @throws IllegalStateException if a call is still running long after every deadline
   */
  void stop() throws InterruptedException {
    pacer.shutdown();
    if (!pacer.awaitTermination(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the load loop did not stop within 10 s");
    }
    long patience = Math.max(target.deadline().toMillis(), target.mutationDeadline().toMillis());
    if (!slots.tryAcquire(target.maxInFlight(), patience + 10_000, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(
          inFlight() + " calls have not ended, long after their deadline");
    }
    slots.release(target.maxInFlight());
  }

  /** Calls sent so far. */
  long issued() {
    return issued.get();
  }

  /** Arrivals given up because too many calls were running. */
  long shed() {
    return shed.get();
  }

  /** Calls that run now. */
  long inFlight() {
    return (long) target.maxInFlight() - slots.availablePermits();
  }

  private void issueDue() {
    double elapsedSeconds = (System.nanoTime() - startNanos) / 1e9;
    long due = (long) (elapsedSeconds * target.callsPerSecond()) - issued.get() - shed.get();
    for (long i = 0; i < due; i++) {
      if (slots.tryAcquire()) {
        issued.incrementAndGet();
        issue(draw.get(random.nextInt(draw.size())));
      } else {
        shed.incrementAndGet();
      }
    }
  }

  private <Q, R> void issue(CallShape<Q, R> shape) {
    CallIds.Id id = callIds.next("load");
    CallShape.Prepared<Q> prepared = shape.prepare().of(target, id, random);
    CallRecord record =
        new CallRecord(
            id.value(),
            id.phase(),
            shape.method().getFullMethodName(),
            shape.mutation(),
            prepared.change(),
            Instant.now());
    // Before the call: a mutation without an end in the journal is one that was lost silently.
    calls.started(record);
    Duration deadline = shape.mutation() ? target.mutationDeadline() : target.deadline();
    ClientCall<Q, R> call =
        channel.newCall(
            shape.method(),
            CallOptions.DEFAULT.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS));
    MeasuredCall<Q, R> measured = new MeasuredCall<>(call, shape.plausible(), this::ended, record);
    measured.start(prepared.message(), id.headers());
  }

  private void ended(CallRecord record, Ending ending) {
    // The book first: whoever sees the slot free may read it.
    calls.ended(record, ending);
    slots.release();
  }
}
