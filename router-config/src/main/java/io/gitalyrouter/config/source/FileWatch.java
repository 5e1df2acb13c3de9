package io.gitalyrouter.config.source;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a file when an event says so, and every second in case an event was lost. A change is
 * read once the file has been still for a moment: a short one if a whole other file took its place
 * (rename, link swap), a longer one if it is written in place and may be half done.
 * <em>Thread-safe: all looks run on one daemon thread.</em>
 */
final class FileWatch implements ConfigSource.Watch {
  private static final Logger log = LoggerFactory.getLogger(FileWatch.class);

  /** How long a file that took another's place has to be still before it is read. */
  static final Duration REPLACED_STILL = Duration.ofMillis(2);

  /** How long a file that is written in place has to be still before it is read. */
  static final Duration WRITTEN_STILL = Duration.ofMillis(35);

  /** How often the file is read without an event. */
  static final Duration REREAD = Duration.ofSeconds(1);

  private static final long CLOSE_SECONDS = 5;

  private final Path file;
  private final ConfigSource.Listener listener;
  private final Duration writtenStill;
  private final ScheduledThreadPoolExecutor looks;
  private final @Nullable DirectoryEvents events;

  /** Set by whoever hears of a change, cleared by the look: many events, one look. */
  private final AtomicBoolean lookQueued = new AtomicBoolean();

  /** The thread of {@link #looks}; written by it at its start, read by close. */
  private volatile @Nullable Thread looker;

  /** Written by close, read before each delivery. */
  private volatile boolean closed;

  /** What the last look saw. Confined to the looks' thread. */
  private @Nullable FileStamp seen;

  /** The reading that follows a change, once the file is still. Confined to the looks' thread. */
  private @Nullable ScheduledFuture<?> settling;

  private FileWatch(
      Path file, ConfigSource.Listener listener, Duration writtenStill, boolean listen) {
    this.writtenStill = writtenStill;
    this.file = file;
    this.listener = listener;
    this.looks = new ScheduledThreadPoolExecutor(1, this::newThread);
    looks.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    looks.setRemoveOnCancelPolicy(true);
    this.events = listen ? events(file) : null;
  }

  /**
   * Starts to watch, with the kernel's events.
   *
   * @param writtenStill how long a file that is written in place has to be still before it is read
   */
  static FileWatch start(Path file, ConfigSource.Listener listener, Duration writtenStill) {
    return start(new FileWatch(file, listener, writtenStill, /* listen= */ true));
  }

  /** Starts to watch without any events, as where the system has no watch to give. */
  static FileWatch startWithoutEvents(Path file, ConfigSource.Listener listener) {
    return start(new FileWatch(file, listener, WRITTEN_STILL, /* listen= */ false));
  }

  private static FileWatch start(FileWatch watch) {
    long millis = REREAD.toMillis();
    ScheduledFuture<?> unused =
        watch.looks.scheduleWithFixedDelay(watch::look, 0, millis, TimeUnit.MILLISECONDS);
    return watch;
  }

  private Thread newThread(Runnable work) {
    Thread thread = new Thread(work, "gitaly-router-config");
    thread.setDaemon(true);
    looker = thread;
    return thread;
  }

  private @Nullable DirectoryEvents events(Path path) {
    try {
      return DirectoryEvents.open(path, this::queueLook);
    } catch (IOException e) {
      log.warn("config watch degraded file={} fallback=re-read reason={}", path, e.toString());
      return null;
    }
  }

  private void queueLook() {
    if (lookQueued.compareAndSet(false, true)) {
      try {
        looks.execute(this::look);
      } catch (RejectedExecutionException e) {
        log.debug("config watch closed while an event arrived");
      }
    }
  }

  private void look() {
    lookQueued.set(false);
    // Before the file is looked at: what changes after this line makes an event.
    if (events != null) {
      events.watch(WatchedNames.along(file));
    }
    if (!restartIfChanged() && settling == null) {
      deliver();
    }
  }

  private void settled() {
    settling = null;
    if (!restartIfChanged()) {
      deliver();
    }
  }

  /** If the file is not as it was seen last, puts its reading off until it is still. */
  private boolean restartIfChanged() {
    FileStamp now = FileStamp.of(file);
    FileStamp before = seen;
    if (now.equals(before)) {
      return false;
    }
    seen = now;
    if (settling != null) {
      settling.cancel(/* mayInterruptIfRunning= */ false);
    }
    boolean whole = before != null && now.isReplacementOf(before);
    Duration still = whole ? REPLACED_STILL : writtenStill;
    settling = looks.schedule(this::settled, still.toMillis(), TimeUnit.MILLISECONDS);
    return true;
  }

  private void deliver() {
    SourceContent content = null;
    IOException failure = null;
    try {
      content = BoundedRead.read(file);
    } catch (IOException e) {
      failure = e;
    }
    // A write that began during the reading would make it half old, half new.
    if (restartIfChanged() || closed) {
      return;
    }
    try {
      if (content != null) {
        listener.onContent(content);
      } else if (failure != null) {
        listener.onFailure(failure);
      }
    } catch (RuntimeException e) {
      // An exception would end the periodic looks in silence.
      log.error("config listener failed file={}", file, e);
    }
  }

  @Override
  public void close() {
    closed = true;
    if (events != null) {
      events.close();
    }
    looks.shutdown();
    if (Thread.currentThread() == looker) {
      return;
    }
    try {
      if (!looks.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        log.warn("config watch still busy after {} s file={}", CLOSE_SECONDS, file);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
