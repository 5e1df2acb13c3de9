package io.gitalyrouter.route;

import java.util.Locale;

/** One of the two sides that can serve a storage. <em>Immutable.</em> */
public enum Route {
  /** The Gitaly on the worker's own host, which reads the repositories over NFS. */
  LOCAL,
  /** The Gitaly on the NFS server that owns the disk. */
  NETWORK;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The name used in configuration, meters and reports: {@code local} or {@code network}. */
  public String label() {
    return label;
  }
}
