package io.gitalyrouter.config.etcd;

import io.gitalyrouter.config.source.ConfigSource;
import io.grpc.Status;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds one session with one endpoint at a time; when it ends, the next one, after a pause that
 * grows to a second at most. That no endpoint answers is told once each of them has failed.
 * <em>Thread-safe: everything runs on one daemon thread.</em>
 */
final class EtcdWatch implements ConfigSource.Watch {
  private static final Logger log = LoggerFactory.getLogger(EtcdWatch.class);
  private static final long CLOSE_SECONDS = 5;

  private final EtcdSettings settings;
  private final EtcdTiming timing;
  private final ConfigSource.Listener listener;
  private final ScheduledThreadPoolExecutor worker;
  private final EventLoopGroup loop = EtcdConnection.newLoop();
  private final RandomGenerator random = new SplittableRandom();

  /** The thread of {@link #worker}; written by it at its start, read by close. */
  private volatile @Nullable Thread workerThread;

  /** Written by close, read before each delivery. */
  private volatile boolean closed;

  /** Written by the worker; read by close once the worker is idle, or overdue. */
  private volatile @Nullable EtcdSession session;

  // The rest is confined to the worker.
  private final Trouble trouble = new Trouble();
  private @Nullable Reading last;
  private int at;

  /** Sessions that ended since one lasted long enough to be looked at again. */
  private int failures;

  /** Sessions that ended without a reading, since the last one that had one. */
  private int silent;

  private EtcdWatch(EtcdSettings settings, EtcdTiming timing, ConfigSource.Listener listener) {
    this.settings = settings;
    this.timing = timing;
    this.listener = listener;
    // What comes in after the end, such as the answer to a cancelled call, is dropped.
    this.worker =
        new ScheduledThreadPoolExecutor(1, this::newThread, new ThreadPoolExecutor.DiscardPolicy());
    worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  static EtcdWatch start(EtcdSettings settings, EtcdTiming timing, ConfigSource.Listener listener) {
    EtcdWatch watch = new EtcdWatch(settings, timing, listener);
    watch.worker.execute(watch::connect);
    return watch;
  }

  private Thread newThread(Runnable work) {
    Thread thread = new Thread(work, "gitaly-router-etcd");
    thread.setDaemon(true);
    workerThread = thread;
    return thread;
  }

  private void connect() {
    EtcdEndpoint endpoint = endpoint();
    Duration patience = timing.answer(silent / settings.endpoints().size());
    try {
      EtcdConnection connection = EtcdConnection.open(settings, endpoint, loop, worker);
      EtcdSession next =
          new EtcdSession(
              settings,
              timing,
              connection,
              new EtcdSession.Worker(worker, random, new Sessions()),
              patience);
      session = next;
      next.begin();
    } catch (IOException e) {
      EtcdSession failed = session;
      if (failed != null) {
        failed.close();
      }
      trouble.add(endpoint, e);
      silent++;
      connectLater();
    }
  }

  private EtcdEndpoint endpoint() {
    return settings.endpoints().get(at % settings.endpoints().size());
  }

  private void connectLater() {
    session = null;
    at++;
    if (trouble.endpoints() == settings.endpoints().size()) {
      deliver(() -> listener.onFailure(trouble.toException()));
    }
    long nanos = timing.pause(failures++, random).toNanos();
    ScheduledFuture<?> unused = worker.schedule(this::connect, nanos, TimeUnit.NANOSECONDS);
  }

  private void deliver(Runnable delivery) {
    if (closed) {
      return;
    }
    try {
      delivery.run();
    } catch (RuntimeException e) {
      // An exception would end the session in silence.
      log.error("config listener failed source={}", settings.name(), e);
    }
  }

  @Override
  public void close() {
    closed = true;
    worker.shutdown();
    try {
      if (Thread.currentThread() != workerThread
          && !worker.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        log.warn("etcd watch still busy after {} s source={}", CLOSE_SECONDS, settings.name());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    EtcdSession open = session;
    if (open != null) {
      open.close();
    }
    EtcdConnection.close(loop);
  }

  /** What sessions find. <em>Confined to the worker.</em> */
  private final class Sessions implements EtcdSession.Owner {
    @Override
    public void onReading(Reading reading) {
      trouble.clear();
      silent = 0;
      Reading before = last;
      // The same absence at another revision of the store is no news.
      Reading told =
          before != null && before.revision() == 0 && reading.revision() == 0 ? before : reading;
      last = told;
      deliver(() -> told.deliverTo(listener));
    }

    @Override
    public void onSame() {
      failures = 0;
      Reading before = last;
      if (before != null) {
        deliver(() -> before.deliverTo(listener));
      }
    }

    @Override
    public void onEnd(EtcdSession ended, Status why) {
      EtcdEndpoint endpoint = endpoint();
      log.debug("etcd session ended endpoint={} reason={}", endpoint, Trouble.text(why));
      if (!ended.isOpen()) {
        trouble.add(endpoint, why);
        silent++;
      }
      connectLater();
    }
  }
}
