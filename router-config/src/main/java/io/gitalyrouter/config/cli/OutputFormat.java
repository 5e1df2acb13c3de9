package io.gitalyrouter.config.cli;

import java.util.Locale;

/** For whom a result is printed. <em>Immutable.</em> */
public enum OutputFormat {
  /** For people. */
  TABLE,
  /** For programs. */
  JSON,
  /** For both. */
  YAML;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
