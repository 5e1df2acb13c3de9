package io.gitalyrouter.history;

import static org.awaitility.Awaitility.await;

import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A number of callers, each of which asks its next question when it has its answer.
 * <em>Thread-safe.</em>
 */
final class Callers implements AutoCloseable {
  private static final int THREADS = 2;

  private final Channel channel;
  private final QuestionMix mix;
  private final AtomicLong lastId;
  private final List<Caller> callers = new ArrayList<>();
  private final Duration deadline;
  private final Duration pause;
  private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(THREADS);
  private final AtomicInteger busy = new AtomicInteger();
  private final LongAdder ended = new LongAdder();
  private final LongAdder servedByNetwork = new LongAdder();

  /** Written by who stops, read by every caller before it goes on. */
  private volatile boolean stopping;

  private Callers(Channel channel, QuestionMix mix, Plan plan) {
    this.channel = channel;
    this.mix = mix;
    this.deadline = plan.deadline();
    this.pause = plan.pause();
    this.lastId = new AtomicLong(plan.afterId());
  }

  /**
   * Who calls, and how.
   *
   * @param count how many callers
   * @param seed of what they draw
   * @param deadline how long each call may take
   * @param pause between an answer and the next question
   * @param afterId the calls are numbered from the one after it
   */
  record Plan(int count, long seed, Duration deadline, Duration pause, long afterId) {
    /** Callers without a pause, numbered from 1. */
    static Plan of(int count, long seed, Duration deadline) {
      return new Plan(count, seed, deadline, Duration.ZERO, 0);
    }
  }

  /** Starts callers. */
  static Callers start(Channel channel, QuestionMix mix, Plan plan) {
    Callers all = new Callers(channel, mix, plan);
    SplittableRandom random = new SplittableRandom(plan.seed());
    for (int i = 0; i < plan.count(); i++) {
      // Every second leaves it to the channel where its answers are told.
      all.callers.add(all.new Caller(random.split(), i % 2 == 0 ? all.executor : null));
    }
    all.busy.set(plan.count());
    all.callers.forEach(caller -> all.executor.execute(caller::next));
    return all;
  }

  /** The number of the last call. */
  long lastId() {
    return lastId.get();
  }

  /** Calls that have ended. */
  long ended() {
    return ended.sum();
  }

  /** Calls that the network side answered well. */
  long servedByNetwork() {
    return servedByNetwork.sum();
  }

  /** Whether every caller has heard the end of a call since then, and gone on. */
  boolean haveAllGoneOnSince(long nanos) {
    return callers.stream().allMatch(caller -> caller.lastNanos - nanos > 0);
  }

  /** Lets every caller hear its answer; one that never does is found in the history. */
  void stop() {
    stopping = true;
    await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(deadline.multipliedBy(5))
        .until(() -> busy.get() == 0 || !isMoving());
    executor.shutdown();
    try {
      if (!executor.awaitTermination(deadline.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("a caller's thread does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Whether a call has ended lately: a caller that hears nothing long after its deadline is lost.
   */
  private boolean isMoving() {
    long now = System.nanoTime();
    return callers.stream().anyMatch(c -> now - c.lastNanos < deadline.multipliedBy(4).toNanos());
  }

  /** All calls, in no order. Only when the callers have stopped. */
  List<ObservedCall> observed() {
    return calls().map(CallerCall::observed).toList();
  }

  /** All calls with what their status said. */
  Stream<CallerCall<?, ?>> calls() {
    return callers.stream().flatMap(caller -> caller.calls.stream());
  }

  @Override
  public void close() {
    stopping = true;
    executor.shutdownNow();
  }

  private final class Caller {
    private final SplittableRandom random;
    private final @Nullable Executor executor;
    private final List<CallerCall<?, ?>> calls = new ArrayList<>();

    /** When it last went on; read by who waits for the callers. */
    private volatile long lastNanos = System.nanoTime();

    Caller(SplittableRandom random, @Nullable Executor executor) {
      this.random = random;
      this.executor = executor;
    }

    void next() {
      lastNanos = System.nanoTime();
      if (stopping) {
        busy.decrementAndGet();
        return;
      }
      long id = lastId.incrementAndGet();
      ask(id, mix.next(id, random));
    }

    private <Q, P> void ask(long id, Question<Q, P> question) {
      CallerCall<Q, P> call = new CallerCall<>(id, question, deadline, this::ended);
      // Before it begins: its end, and with it the next call, can come at once.
      calls.add(call);
      call.begin(channel, executor);
    }

    private void ended(CallerCall<?, ?> call) {
      ended.increment();
      if (call.isServedByNetwork()) {
        servedByNetwork.increment();
      }
      if (pause.isZero() || stopping) {
        next();
      } else {
        var unused =
            Callers.this.executor.schedule(this::next, pause.toNanos(), TimeUnit.NANOSECONDS);
      }
    }
  }
}
