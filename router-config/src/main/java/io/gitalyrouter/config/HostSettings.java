package io.gitalyrouter.config;

import java.util.List;

/**
 * An entry of worker hosts in the document. <em>Immutable.</em>
 *
 * @param pattern the host's name, or a pattern of names
 * @param origin where the entry stands
 * @param roles the names of its roles; the first that names a storage wins
 */
record HostSettings(HostPattern pattern, ConfigOrigin origin, List<String> roles) {
  /** Copies the list. */
  HostSettings {
    roles = List.copyOf(roles);
  }
}
