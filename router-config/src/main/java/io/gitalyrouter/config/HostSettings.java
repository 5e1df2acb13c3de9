package io.gitalyrouter.config;

import java.util.List;

/**
 * A worker host of the document. <em>Immutable.</em>
 *
 * @param name the host's name
 * @param roles the names of its roles; the first that names a storage wins
 */
record HostSettings(String name, List<String> roles) {
  /** Copies the list. */
  HostSettings {
    roles = List.copyOf(roles);
  }
}
