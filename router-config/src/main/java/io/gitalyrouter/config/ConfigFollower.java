package io.gitalyrouter.config;

import io.gitalyrouter.config.source.ConfigSource;
import io.gitalyrouter.config.source.NoDocumentException;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.route.RoutingTable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one host at the newest good version of a document. A version that cannot be used never
 * replaces one that can: it is logged once, told to the listener, and shown in the status, until
 * the source is good again. While the source is silent for longer than the document's limit, roles
 * do what they say for that case. <em>Thread-safe.</em>
 */
public final class ConfigFollower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ConfigFollower.class);

  /** How often the age is looked at: so much later than its limit a role may go local. */
  private static final long AGE_CHECK_MILLIS = 250;

  private static final long CLOSE_SECONDS = 5;

  private final String sourceName;
  private final InForce inForce;
  private final Serial serial = new Serial();
  private final ConfigSource.Watch watch;

  /** Not the source's thread: a source that hangs, as on a dead NFS server, must be seen too. */
  private final ScheduledThreadPoolExecutor ageChecks;

  /** The thread of {@link #ageChecks}; written by it at its start, read by close. */
  private volatile @Nullable Thread ageChecker;

  /** Written by close, read before each change. */
  private volatile boolean closed;

  private ConfigFollower(ConfigSource source, InForce inForce) {
    this.sourceName = source.name();
    this.inForce = inForce;
    inForce.announceStart();
    this.ageChecks = new ScheduledThreadPoolExecutor(1, this::newThread);
    this.watch = source.watch(new Versions());
    ScheduledFuture<?> unused =
        ageChecks.scheduleWithFixedDelay(
            this::checkAge, AGE_CHECK_MILLIS, AGE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Follows a document with the default options. */
  public static ConfigFollower follow(
      ConfigSource source, String host, Consumer<RoutingTable> target) {
    return follow(source, host, FollowOptions.defaults(), target);
  }

  /**
   * Reads the document, hands its table to the target on this thread, and from then on hands over
   * every other table on a thread of the source or of the follower, one at a time.
   *
   * @param source where the document comes from; its watch is owned and ended by {@link #close}
   * @param host the name of this host in the document; a host that is not listed has no roles
   * @param options last good copy, listener and clock
   * @param target takes a table; if it throws, the version counts as refused
   * @throws InvalidConfigException if there is neither a valid document nor a last good copy
   */
  public static ConfigFollower follow(
      ConfigSource source, String host, FollowOptions options, Consumer<RoutingTable> target) {
    FollowerStart start = FollowerStart.read(source, host, options);
    return new ConfigFollower(source, new InForce(start, options, target));
  }

  /** The configuration at this moment. */
  public ConfigStatus status() {
    return inForce.status();
  }

  /** Stops to follow; the table in force stays. The target is not called again. */
  @Override
  public void close() {
    closed = true;
    watch.close();
    ageChecks.shutdown();
    if (Thread.currentThread() == ageChecker) {
      return;
    }
    try {
      if (!ageChecks.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        log.warn("config follower still busy after {} s source={}", CLOSE_SECONDS, sourceName);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Thread newThread(Runnable work) {
    Thread thread = new Thread(work, "gitaly-router-config-age");
    thread.setDaemon(true);
    ageChecker = thread;
    return thread;
  }

  private void checkAge() {
    // What runs looks at the age itself, or has just heard the source.
    if (!serial.isBusy()) {
      change(inForce::checkAge);
    }
  }

  private void change(Runnable change) {
    serial.execute(
        () -> {
          if (closed) {
            return;
          }
          try {
            change.run();
          } catch (RuntimeException e) {
            // An exception would end the deliveries and the checks in silence.
            log.error("config follower failed source={}", sourceName, e);
          }
        });
  }

  /** What the source delivers. <em>Called by one thread at a time, as sources promise.</em> */
  private final class Versions implements ConfigSource.Listener {
    @Override
    public void onContent(SourceContent content) {
      change(() -> inForce.consider(content));
    }

    @Override
    public void onFailure(IOException failure) {
      List<ConfigProblem> problems = FollowerStart.unreadable(sourceName, failure);
      if (failure instanceof NoDocumentException) {
        change(() -> inForce.refuse(problems));
      } else {
        change(() -> inForce.silent(problems));
      }
    }
  }
}
