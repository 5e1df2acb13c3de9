package io.gitalyrouter.call;

import java.util.Locale;

/** Why a call may leave the network side. */
public enum MoveCause {
  /** Its headers never left this process. */
  NEVER_LEFT,
  /** The server turned it away before its handler ran. */
  REFUSED_AT_THE_DOOR,
  /** It may run twice, and the first attempt failed. */
  FAILED,
  /** It may run twice, and the endpoint is silent. */
  SILENT,
  /** It may run twice, and its share of the deadline is spent. */
  SHARE_SPENT,
  /** Its first message, which was not sent, names a quarantine of git objects. */
  GIT_QUARANTINE,
  /**
   * It may run twice, and the network side does not have the repository: local has the last word.
   */
  NOT_THERE;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The name used in meters, such as {@code never_left}. */
  public String label() {
    return label;
  }
}
