package io.gitalyrouter.config;

import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.route.FailoverSettings;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A valid document: what all hosts do. What one host does is derived from it by the host's name.
 * <em>Immutable.</em>
 *
 * @param origin where the document was read
 * @param storages the storages by name, in the document's order
 * @param roles the roles by name
 * @param hosts the host entries by name or pattern, in the document's order
 * @param failover how calls are kept movable, if the document says so
 * @param killSwitch why all calls of all hosts are forced to the local side, if they are
 * @param staleAfter how long the source may be silent before roles do what they do when stale
 */
record ConfigDocument(
    String origin,
    Map<String, StorageSettings> storages,
    Map<String, RoleSettings> roles,
    Map<String, HostSettings> hosts,
    Optional<FailoverSettings> failover,
    Optional<String> killSwitch,
    Duration staleAfter) {
  /**
   * Six re-readings of etcd, and longer than an election or a restart of it takes; far shorter than
   * the half hour in which a host is told by other ways.
   */
  static final Duration DEFAULT_STALE_AFTER = Duration.ofSeconds(30);

  /** Copies the maps, keeping their order for messages. */
  ConfigDocument {
    storages = Collections.unmodifiableMap(new LinkedHashMap<>(storages));
    roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
    hosts = Collections.unmodifiableMap(new LinkedHashMap<>(hosts));
  }

  /**
   * Reads a document. Touches no file that the document names.
   *
   * @throws InvalidConfigException with all of its problems
   */
  static ConfigDocument parse(SourceContent content) {
    return DocumentReader.read(content);
  }

  /**
   * The table of one host. A host that is not listed has no role, so all of its calls are local. If
   * several roles of a host name one storage, the first one listed wins.
   */
  RoutingTable tableFor(String host) {
    return table(host, RoleSettings::rule);
  }

  /** What one host does while the source has been silent for longer than the limit. */
  WhenSilent whenSilent(String host) {
    List<String> local =
        roleNames(host).stream()
            .map(roles::get)
            .filter(role -> role.whenStale() == RoleSettings.WhenStale.LOCAL)
            .map(RoleSettings::name)
            .toList();
    return new WhenSilent(staleAfter, table(host, RoleSettings::ruleWhenStale), local);
  }

  private RoutingTable table(String host, Function<RoleSettings, RouteRule> says) {
    List<String> names = roleNames(host);
    List<StorageRoutes> routes =
        storages.values().stream()
            .map(
                storage ->
                    new StorageRoutes(
                        storage.name(),
                        storage.local().endpoint(),
                        storage.network().map(EndpointSettings::endpoint),
                        rule(names, storage.name(), says)))
            .toList();
    RoutingTable plain = RoutingTable.of(origin, routes);
    RoutingTable table = failover.map(plain::withFailover).orElse(plain);
    return killSwitch.map(table::withKillSwitch).orElse(table);
  }

  /**
   * The one entry that says what a host does: the one with its very name, or else the first pattern
   * that it matches.
   */
  Optional<HostSettings> entryOf(String host) {
    return Optional.ofNullable(hosts.get(host))
        .or(() -> patterns().filter(entry -> entry.pattern().matches(host)).findFirst());
  }

  /** The patterns that an earlier one leaves no host to, each with that one. */
  Map<HostSettings, HostSettings> unreachable() {
    Map<HostSettings, HostSettings> unreachable = new LinkedHashMap<>();
    List<HostSettings> all = patterns().toList();
    for (int i = 0; i < all.size(); i++) {
      HostSettings later = all.get(i);
      all.stream()
          .limit(i)
          .filter(earlier -> earlier.pattern().covers(later.pattern()))
          .findFirst()
          .ifPresent(earlier -> unreachable.put(later, earlier));
    }
    return unreachable;
  }

  private Stream<HostSettings> patterns() {
    return hosts.values().stream().filter(entry -> entry.pattern().isPattern());
  }

  private List<String> roleNames(String host) {
    return entryOf(host).map(HostSettings::roles).orElse(List.of());
  }

  private RouteRule rule(
      List<String> names, String storage, Function<RoleSettings, RouteRule> says) {
    return names.stream()
        .map(roles::get)
        .filter(role -> role.storages().contains(storage))
        .findFirst()
        .map(says)
        .orElse(RouteRule.off());
  }
}
