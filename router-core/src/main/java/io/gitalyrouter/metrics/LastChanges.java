package io.gitalyrouter.metrics;

import io.gitalyrouter.event.RouterEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** When ops changed something last. <em>Thread-safe.</em> */
final class LastChanges {
  private static final String TABLE = "table";
  private static final String FORCED_LOCAL = "forced_local";
  private static final String BREAKER_MODE = "breaker_mode";

  private final Clock clock;
  private final Map<String, Instant> last = new ConcurrentHashMap<>();

  /** Null while calls are free. Written where events are told, read by scrapes. */
  private volatile @Nullable Instant forcedSince;

  LastChanges(Clock clock, MeterSet meters) {
    this.clock = clock;
    for (String kind : new String[] {TABLE, FORCED_LOCAL, BREAKER_MODE}) {
      meters.gauge(
          RouterMeters.LAST_CHANGE,
          () -> last.getOrDefault(kind, Instant.EPOCH).toEpochMilli() / 1000.0,
          "kind",
          kind);
    }
    meters.gauge(RouterMeters.FORCED_LOCAL_AGE, this::forcedSeconds);
  }

  private double forcedSeconds() {
    Instant since = forcedSince;
    return since == null ? 0 : Duration.between(since, clock.instant()).toMillis() / 1000.0;
  }

  void note(RouterEvent event, boolean isForcedLocal) {
    if (event instanceof RouterEvent.TableApplied) {
      last.put(TABLE, clock.instant());
    } else if (event instanceof RouterEvent.ForcedLocal) {
      last.put(FORCED_LOCAL, clock.instant());
    } else if (event instanceof RouterEvent.BreakerModeSet) {
      last.put(BREAKER_MODE, clock.instant());
    }
    if (!isForcedLocal) {
      forcedSince = null;
    } else if (forcedSince == null) {
      forcedSince = clock.instant();
    }
  }
}
