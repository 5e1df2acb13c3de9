package io.gitalyrouter.route;

import java.util.Locale;

/**
 * Who can force all calls to the local side. Each alone is enough, and each ends only what it began
 * itself; the order is the order in which status names them.
 */
public enum ForcedBy {
  /** The process that embeds the router. */
  PROCESS,
  /** Somebody at the admin socket. */
  ADMIN,
  /** A file on the host. */
  FILE,
  /** The kill switch in the routing table. */
  CONFIG;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The name for people, such as {@code admin}. */
  public String label() {
    return label;
  }
}
