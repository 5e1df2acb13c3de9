package io.gitalyrouter.transport;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a Gitaly says of itself. <em>Immutable.</em>
 *
 * @param version its version, as it writes it
 * @param storages its storages by name
 */
record ServerReport(String version, Map<String, Storage> storages) {
  /** Copies the map. */
  ServerReport {
    storages = Map.copyOf(storages);
  }

  @Nullable Storage storage(String name) {
    return storages.get(name);
  }

  /**
   * One storage as a server sees it.
   *
   * @param readable whether its directory can be read there
   * @param filesystemId the identity of the file system behind it; empty if there is none
   */
  record Storage(boolean readable, String filesystemId) {}
}
