package io.gitalyrouter.experiment;

import java.util.Optional;

/**
 * What a call id says: {@code git01-observe-load-42}. <em>Immutable.</em>
 *
 * @param host the worker host that made the call
 * @param phase the phase in which it started
 * @param kind load for the load loop, git for a git client
 */
record CallId(String host, Phase phase, String kind) {
  /** Reads an id; empty if no worker of this experiment gave it. */
  static Optional<CallId> parse(String id) {
    String[] parts = id.split("-", -1);
    if (parts.length != 4 || !Hosts.ALL.contains(parts[0])) {
      return Optional.empty();
    }
    return Phase.of(parts[1]).map(phase -> new CallId(parts[0], phase, parts[2]));
  }

  boolean isFrom(String fromHost, Phase in) {
    return host.equals(fromHost) && phase == in;
  }
}
