package io.gitalyrouter;

import io.gitalyrouter.breaker.BreakerListener;
import io.gitalyrouter.breaker.BreakerMode;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.metrics.RouterMetrics;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Makes events of what a storage's breaker tells. <em>Thread-safe.</em> */
record BreakerEvents(String storage, RouterListener listener, @Nullable RouterMetrics metrics)
    implements BreakerListener {
  @Override
  public void changed(String from, String to) {
    if (metrics != null) {
      metrics.breakerCame(storage, to);
    }
    listener.onEvent(new RouterEvent.BreakerChanged(storage, from, to));
  }

  @Override
  public void wouldTrip(String why) {
    if (metrics != null) {
      metrics.breakerWouldTrip(storage);
    }
    listener.onEvent(new RouterEvent.BreakerWouldTrip(storage, why));
  }

  @Override
  public void modeSet(BreakerMode mode, Duration limit, String reason) {
    listener.onEvent(new RouterEvent.BreakerModeSet(storage, mode.name(), limit, reason));
  }
}
