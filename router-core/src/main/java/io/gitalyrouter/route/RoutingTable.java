package io.gitalyrouter.route;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Everything this host needs to route: its storages, and the kill switch. A change is another
 * table. <em>Immutable.</em>
 *
 * @param origin where the table was read, for status and logs, such as {@code router.yaml}
 * @param storages the routes by storage name
 * @param killSwitch why all calls are forced to the local side; empty in normal operation
 * @param failover how calls are kept movable; empty for as the router was built
 */
public record RoutingTable(
    String origin,
    Map<String, StorageRoutes> storages,
    Optional<String> killSwitch,
    Optional<FailoverSettings> failover) {
  /** Copies the map. */
  public RoutingTable {
    storages = Map.copyOf(storages);
  }

  /**
   * A table of these storages, with no kill switch.
   *
   * @throws IllegalArgumentException if two have the same name
   */
  public static RoutingTable of(String origin, Collection<StorageRoutes> storages) {
    Map<String, StorageRoutes> byName = new LinkedHashMap<>();
    for (StorageRoutes routes : storages) {
      if (byName.put(routes.storage(), routes) != null) {
        throw new IllegalArgumentException("storage \"" + routes.storage() + "\" is there twice");
      }
    }
    return new RoutingTable(origin, byName, Optional.empty(), Optional.empty());
  }

  /** The same table with every call forced to the local side. */
  public RoutingTable withKillSwitch(String why) {
    return new RoutingTable(origin, storages, Optional.of(why), failover);
  }

  /** The same table with failover settings of its own. */
  public RoutingTable withFailover(FailoverSettings settings) {
    return new RoutingTable(origin, storages, killSwitch, Optional.of(settings));
  }

  /** Whether a router that follows the other table would do nothing else under this one. */
  public boolean meansTheSameAs(RoutingTable other) {
    return storages.equals(other.storages)
        && killSwitch.equals(other.killSwitch)
        && failover.equals(other.failover);
  }
}
