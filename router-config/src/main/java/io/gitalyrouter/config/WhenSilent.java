package io.gitalyrouter.config;

import io.gitalyrouter.route.RoutingTable;
import java.time.Duration;
import java.util.List;

/**
 * What a host does while its source is silent for longer than the limit: a host that can no longer
 * be told to stop should stop, if its role says so. <em>Immutable.</em>
 *
 * @param after the limit
 * @param table the table from then on; the host's ordinary one if no role goes local
 * @param localRoles the roles of the host that go local
 */
record WhenSilent(Duration after, RoutingTable table, List<String> localRoles) {
  /** Copies the list. */
  WhenSilent {
    localRoles = List.copyOf(localRoles);
  }
}
