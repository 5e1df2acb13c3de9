package io.gitalyrouter.timing;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.time.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timing log of a process. Calls only count; a thread of the log's own writes what they counted
 * at the end of every slot, so a disk that hangs delays no call and no probe. <em>Thread-safe.</em>
 */
public final class TimingLog implements AutoCloseable {
  private final TimingSettings settings;
  private final Clock clock;
  private final Ticker ticker;
  private final ScheduledExecutorService thread;
  private final SeriesTable table;
  private final SlotWriter writer;

  /** Kept when a storage leaves the table, as its series are: the last slot must be written. */
  private final Map<String, StorageSeries> storages = new ConcurrentHashMap<>();

  private TimingLog(
      TimingSettings settings,
      Clock clock,
      Ticker ticker,
      ScheduledExecutorService thread,
      RouterListener listener) {
    this.settings = settings;
    this.clock = clock;
    this.ticker = ticker;
    this.thread = thread;
    this.table = new SeriesTable(settings);
    this.writer = new SlotWriter(settings, clock, table, listener);
  }

  /**
   * Begins a log.
   *
   * @param clock dates the slots and the marks
   * @param thread writes; the log's own, shut down by {@link #close}
   * @param listener hears, once, when the log cannot be written, and when it can again
   */
  public static TimingLog start(
      TimingSettings settings,
      Clock clock,
      Ticker ticker,
      ScheduledExecutorService thread,
      RouterListener listener) {
    TimingLog log = new TimingLog(settings, clock, ticker, thread, listener);
    log.mark(TimingMark.Kind.START, "host=" + settings.host());
    log.schedule();
    return log;
  }

  /** Who hears of a storage's calls: times them, and passes all on. */
  public CallRecorder recorder(String storage, CallRecorder next) {
    return new StorageTimings(
        storages.computeIfAbsent(storage, name -> new StorageSeries(name, table)), ticker, next);
  }

  /** Marks what share of each storage's calls is meant for the network side, where it changed. */
  public void assigned(Map<String, RouteRule> rules) {
    Map<String, String> shares = new TreeMap<>();
    rules.forEach(
        (storage, rule) ->
            shares.put(
                storage,
                String.format(
                    Locale.ROOT,
                    "storage=%s percent=%.2f unit=%s",
                    storage,
                    rule.role().isPresent() ? rule.percent() : 0,
                    rule.unit().name().toLowerCase(Locale.ROOT))));
    writer.assigned(shares);
  }

  /** A listener that marks the events, all but the moves of calls, and passes all on. */
  public RouterListener marking(RouterListener next) {
    return event -> {
      mark(event);
      next.onEvent(event);
    };
  }

  private void mark(RouterEvent event) {
    TimingMark.Kind kind = kind(event);
    if (kind != null) {
      mark(kind, event.toString());
    }
  }

  private static TimingMark.@Nullable Kind kind(RouterEvent event) {
    if (event instanceof RouterEvent.TableApplied) {
      return TimingMark.Kind.TABLE;
    } else if (event instanceof RouterEvent.ForcedLocal forced) {
      return forced.reason().isPresent() ? TimingMark.Kind.FORCED_LOCAL : TimingMark.Kind.RESUMED;
    } else if (event instanceof RouterEvent.EndpointChanged) {
      return TimingMark.Kind.ENDPOINT;
    } else if (event instanceof RouterEvent.BreakerChanged) {
      return TimingMark.Kind.BREAKER;
    } else if (event instanceof RouterEvent.StorageChecked) {
      return TimingMark.Kind.STORAGE_CHECK;
    } else if (event instanceof RouterEvent.Trouble) {
      return TimingMark.Kind.TROUBLE;
    }
    return null;
  }

  private void mark(TimingMark.Kind kind, String detail) {
    writer.mark(new TimingMark(now(), kind, detail));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private void schedule() {
    long slot = settings.slot().toMillis();
    long delay = slot - Math.floorMod(clock.millis(), slot);
    try {
      Future<?> unused =
          thread.schedule(
              () -> {
                writer.write();
                schedule();
              },
              delay,
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      // The last slot is written by close.
    }
  }

  /** Writes the slot that runs, and ends the log. Waits for the disk, for two seconds at most. */
  @Override
  public void close() {
    mark(TimingMark.Kind.STOP, "host=" + settings.host());
    try {
      thread.execute(writer::write);
    } catch (RejectedExecutionException closedBefore) {
      return;
    }
    thread.shutdown();
    try {
      if (!thread.awaitTermination(Duration.ofSeconds(2).toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
