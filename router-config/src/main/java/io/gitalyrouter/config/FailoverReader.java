package io.gitalyrouter.config;

import io.gitalyrouter.route.FailoverSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads failover settings. <em>Not thread-safe; confined to the thread that reads the
 * document.</em>
 */
final class FailoverReader {
  private static final int MOST_BYTES = (int) FailoverSettings.MAX_REPLAY_BYTES;

  private FailoverReader() {}

  /** The settings, or empty after a problem was added. */
  static Optional<FailoverSettings> read(YamlValue value) {
    FailoverSettings base = FailoverSettings.DEFAULT;
    return value
        .mapping("a mapping, such as { network_share: 50 }")
        .map(mapping -> mapping.allowing(ConfigKey.within("failover")))
        .map(
            mapping ->
                new FailoverSettings(
                    integer(mapping, ConfigKey.NETWORK_SHARE, 1, 99)
                        .orElse(base.networkSharePercent()),
                    bytes(mapping, ConfigKey.REPLAY_CALL_BYTES).orElse(base.replayCallBytes()),
                    bytes(mapping, ConfigKey.REPLAY_TOTAL_BYTES).orElse(base.replayRouterBytes()),
                    mapping
                        .get(ConfigKey.STICKY_AFTER_WRITE)
                        .flatMap(FailoverReader::sticky)
                        .orElse(base.stickyAfterWrite())));
  }

  private static Optional<Long> bytes(YamlMapping mapping, ConfigKey key) {
    return integer(mapping, key, 0, MOST_BYTES).map(Integer::longValue);
  }

  private static Optional<Integer> integer(
      YamlMapping mapping, ConfigKey key, int least, int most) {
    return mapping.get(key).flatMap(v -> v.integer(key.range(), least, most));
  }

  private static Optional<Duration> sticky(YamlValue value) {
    return value.duration(
        ConfigKey.STICKY_AFTER_WRITE.range(), Duration.ZERO, FailoverSettings.MAX_STICKY);
  }
}
