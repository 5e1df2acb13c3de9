package io.gitalyrouter;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.count.CountListener;
import io.gitalyrouter.count.MethodLimit;
import io.gitalyrouter.count.StorageCounts;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.metrics.CallObservations;
import io.gitalyrouter.metrics.RouterMetrics;
import io.gitalyrouter.time.Ticker;
import io.gitalyrouter.timing.TimingLog;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who hears of the calls of each storage of the table: its counts, with the meters and events that
 * hang on them, the timing log, and their observations. A storage that leaves the table takes its
 * counts along. <em>Changed in the synchronization context, read by anyone.</em>
 */
final class Traffic {
  private final Ticker ticker;
  private final RouterListener listener;
  private final @Nullable RouterMetrics metrics;
  private final @Nullable TimingLog timing;
  private final @Nullable CallObservations observations;
  private final MethodLimit limit = new MethodLimit(MethodLimit.DEFAULT_PLACES);
  private final Map<String, StorageCounts> storages = new ConcurrentHashMap<>();

  Traffic(
      Ticker ticker,
      RouterListener listener,
      @Nullable RouterMetrics metrics,
      @Nullable TimingLog timing,
      @Nullable CallObservations observations) {
    this.ticker = ticker;
    this.listener = listener;
    this.metrics = metrics;
    this.timing = timing;
    this.observations = observations;
  }

  /** The counts of a storage; null once it has left the table. */
  @Nullable StorageCounts counts(String storage) {
    return storages.get(storage);
  }

  CallRecorder recorder(String storage) {
    StorageCounts counts = storages.computeIfAbsent(storage, this::newCounts);
    CallRecorder timed = timing == null ? counts : timing.recorder(storage, counts);
    CallRecorder measured = metrics == null ? timed : metrics.recorder(timed);
    return observations == null ? measured : observations.recorder(storage, measured);
  }

  private StorageCounts newCounts(String storage) {
    CountListener meters = metrics == null ? CountListener.NONE : metrics.open(storage);
    StorageCounts counts =
        new StorageCounts(ticker, limit, new MoveEvents(meters, storage, listener));
    if (metrics != null) {
      metrics.show(storage, counts);
    }
    return counts;
  }

  /** Forgets all storages but these. */
  void retain(Set<String> names) {
    storages.forEach(
        (storage, counts) -> {
          if (!names.contains(storage) && storages.remove(storage, counts)) {
            counts.release();
          }
        });
    if (metrics != null) {
      metrics.retain(names);
    }
  }
}
