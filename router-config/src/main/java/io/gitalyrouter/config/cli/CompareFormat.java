package io.gitalyrouter.config.cli;

import java.util.Locale;

/** The forms of a comparison's report. <em>Immutable.</em> */
enum CompareFormat {
  /** A summary for a terminal. */
  TABLE,
  /** The whole report for the change's page. */
  MARKDOWN,
  /** The whole report for programs. */
  JSON,
  /** One page with plots. */
  HTML;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
