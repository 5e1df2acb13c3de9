package io.gitalyrouter.config.compare;

import java.util.Locale;

/** What a comparison may say of the network side. */
public enum Verdict {
  /** Faster at the primary quantile beyond doubt, and within the margins in all else. */
  BETTER,
  /** Within the margins in everything, beyond doubt. */
  NO_WORSE,
  /** Beyond a margin in something, beyond doubt. */
  WORSE,
  /** The data do not tell. */
  INCONCLUSIVE;

  /** The words in reports. */
  public String label() {
    return name().replace('_', ' ');
  }

  /** The word in JSON. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
