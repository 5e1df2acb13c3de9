package io.gitalyrouter.config;

import io.gitalyrouter.time.Ticker;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long ago the source was heard last. <em>Thread-safe.</em> */
final class SourceAge {
  private final Ticker ticker;

  /** The ticker's reading when the source was heard; null before. Anyone reads, one writes. */
  private volatile @Nullable Long heardNanos;

  SourceAge(Ticker ticker) {
    this.ticker = ticker;
  }

  /** The source was heard now. */
  void heard() {
    heardNanos = ticker.nanos();
  }

  /** The time since then; empty if it has not been heard since the start. */
  Optional<Duration> age() {
    Long heard = heardNanos;
    return heard == null ? Optional.empty() : Optional.of(Duration.ofNanos(ticker.nanos() - heard));
  }

  /** Whether the source has been silent for longer than this, or was never heard. */
  boolean exceeds(Duration limit) {
    return age().map(age -> age.compareTo(limit) > 0).orElse(/* other= */ true);
  }
}
