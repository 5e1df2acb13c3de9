package io.gitalyrouter.config;

import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.gitalyrouter.route.RoutingTable;
import java.util.List;
import java.util.Optional;

/**
 * What a valid document says, for tools that show or change it. Touches no file that the document
 * names. <em>Immutable.</em>
 */
public final class DocumentView {
  private final ConfigDocument document;

  private DocumentView(ConfigDocument document) {
    this.document = document;
  }

  /**
   * Reads a document.
   *
   * @throws InvalidConfigException with all of its problems
   */
  public static DocumentView of(SourceContent content) {
    return new DocumentView(ConfigDocument.parse(content));
  }

  /** The storages' names, in the document's order. */
  public List<String> storages() {
    return List.copyOf(document.storages().keySet());
  }

  /** The roles, in the document's order. */
  public List<Role> roles() {
    return document.roles().values().stream()
        .map(
            role ->
                new Role(role.name(), role.route(), role.storages(), role.percent(), role.unit()))
        .toList();
  }

  /** The role of this name, if there is one. */
  public Optional<Role> role(String name) {
    return roles().stream().filter(role -> role.name().equals(name)).findFirst();
  }

  /** The names and patterns of the host entries, in the document's order. */
  public List<String> hosts() {
    return List.copyOf(document.hosts().keySet());
  }

  /** The roles of a host, in its order; none if no entry is about it. */
  public List<String> rolesOf(String host) {
    return document.entryOf(host).map(HostSettings::roles).orElse(List.of());
  }

  /** The host entry, a name or a pattern, that says what a host does; empty if none does. */
  public Optional<String> entryOf(String host) {
    return document.entryOf(host).map(entry -> entry.pattern().text());
  }

  /** Why all calls of all hosts are local, if the document says so. */
  public Optional<String> killSwitch() {
    return document.killSwitch();
  }

  /** What a host does. */
  public RoutingTable table(String host) {
    return document.tableFor(host);
  }

  /**
   * A role. <em>Immutable.</em>
   *
   * @param name its name
   * @param route where it sends calls
   * @param storages what it is about; {@code all} is already resolved
   * @param percent the share of calls it sends to the network side, 0 to 100
   * @param unit what the share counts
   */
  public record Role(
      String name, Route route, List<String> storages, double percent, BucketUnit unit) {
    /** Copies the list. */
    public Role {
      storages = List.copyOf(storages);
    }
  }
}
