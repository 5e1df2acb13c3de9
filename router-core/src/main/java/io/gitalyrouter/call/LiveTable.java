package io.gitalyrouter.call;

import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A routing table with what serves it. One reference to it is all that a call reads.
 * <em>Immutable.</em>
 *
 * @param generation its number, counted from 1
 * @param origin where the table came from
 * @param forcedLocal why all calls are forced local
 * @param storages the routes by storage name
 */
public record LiveTable(
    long generation, String origin, Optional<String> forcedLocal, Map<String, RouteSet> storages) {
  /** The generation of the table that a closed router has: it names no storage. */
  public static final long CLOSED = 0;

  /** Copies the map. */
  public LiveTable {
    storages = Map.copyOf(storages);
  }

  /** The routes of a storage; null if the table does not name it. */
  public @Nullable RouteSet routes(String storage) {
    return storages.get(storage);
  }

  /** What to tell someone who asks for a storage that the table does not name. */
  public String doesNotName(String storage) {
    return "storage \""
        + storage
        + "\" is not in the routing table ("
        + origin
        + "); it names "
        + new TreeSet<>(storages.keySet())
        + ". Correct the name, or add the storage there";
  }
}
