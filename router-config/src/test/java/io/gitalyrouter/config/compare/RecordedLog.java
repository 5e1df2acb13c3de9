package io.gitalyrouter.config.compare;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.timing.TimingLog;
import io.gitalyrouter.timing.TimingSettings;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A timing log as the router's own recorder writes it, in a time that the test moves on. <em>Not
 * thread-safe; confined to one test.</em>
 */
public final class RecordedLog implements AutoCloseable {
  /** A call that was drawn for the network side and goes there. */
  public static final Decision NETWORK = new Decision(Route.NETWORK, Route.NETWORK, Reason.ROLE);

  /** A call that was drawn for the local side. */
  public static final Decision LOCAL = new Decision(Route.LOCAL, Route.LOCAL, Reason.BUCKET);

  private static final Duration SLOT = TimingSettings.DEFAULT_SLOT;

  private final HandClock clock;
  private final HandExecutor thread = new HandExecutor();
  private final SplittableRandom random;
  private final TimingLog log;
  private final CallRecorder recorder;
  private long nanos;

  /** Begins one; the seed is that of its durations. */
  public RecordedLog(Path directory, String host, Instant start, long seed) {
    this.clock = new HandClock(start);
    this.random = new SplittableRandom(seed);
    this.log =
        TimingLog.start(
            TimingSettings.of(directory, host), clock, () -> nanos, thread, RouterListener.NONE);
    this.recorder = log.recorder("nfs-file01", CallRecorder.NONE);
  }

  /** One call, with its whole time. */
  public void call(String method, Decision decision, Route served, double millis) {
    long start = nanos;
    var running = recorder.started(method(method), decision, start);
    nanos += Math.round(millis * 1e6);
    running.ended(served, Status.Code.OK, start);
  }

  /** A duration in milliseconds, of two or more with a tail. */
  public double millis() {
    return 2 * Math.exp(0.5 * random.nextGaussian());
  }

  /** Whether a fair draw says so. */
  public boolean draw() {
    return random.nextBoolean();
  }

  /** Lets a slot end. */
  public void slot() {
    clock.now = clock.now.plus(SLOT);
    thread.runNext();
  }

  /**
   * Slots of calls, half of them for the network side.
   *
   * @param factor how many times as long the network side takes
   */
  public RecordedLog slots(int slots, int callsPerSlot, double factor) {
    for (int slot = 0; slot < slots; slot++) {
      for (int i = 0; i < callsPerSlot; i++) {
        boolean network = draw();
        call(
            "gitaly.CommitService/FindCommit",
            network ? NETWORK : LOCAL,
            network ? Route.NETWORK : Route.LOCAL,
            millis() * (network ? factor : 1));
      }
      slot();
    }
    return this;
  }

  @Override
  public void close() {
    log.close();
  }

  /** A unary method of that name; its messages are never looked at. */
  static MethodDescriptor<byte[], byte[]> method(String name) {
    MethodDescriptor.Marshaller<byte[]> bytes =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
          }

          @Override
          public byte[] parse(InputStream stream) {
            return new byte[0];
          }
        };
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(name)
        .setRequestMarshaller(bytes)
        .setResponseMarshaller(bytes)
        .build();
  }

  private static final class HandClock extends Clock {
    private Instant now;

    HandClock(Instant now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** Runs what is scheduled when the test says so, and all else at once. */
  private static final class HandExecutor extends ScheduledThreadPoolExecutor {
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    HandExecutor() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
      waiting.add(command);
      ScheduledFuture<?> never = super.schedule(() -> {}, 1, TimeUnit.DAYS);
      never.cancel(false);
      return never;
    }

    @Override
    public void execute(Runnable command) {
      command.run();
    }

    void runNext() {
      waiting.remove().run();
    }
  }
}
