package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.source.SourceContent;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Which hosts, role and storages a change is about; a mixin. <em>Not thread-safe; confined to the
 * command that it is mixed into.</em>
 */
final class TargetOptions {
  @Option(
      names = "--host",
      paramLabel = "HOST",
      split = ",",
      description = "The hosts; several separated by commas.")
  private List<String> hosts = List.of();

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description =
          "The role; may be left out where only one role sends calls to the network side.")
  private Optional<String> role = Optional.empty();

  @Option(
      names = "--storage",
      paramLabel = "STORAGE",
      split = ",",
      description = "The storages; several separated by commas.")
  private List<String> storages = List.of();

  /** Only a role. */
  static TargetOptions ofRole(Optional<String> role) {
    TargetOptions targets = new TargetOptions();
    targets.role = role;
    return targets;
  }

  /** Hosts of a role. */
  static TargetOptions of(List<String> hosts, Optional<String> role) {
    TargetOptions targets = ofRole(role);
    targets.hosts = hosts;
    return targets;
  }

  /** The role's name, also where it is not given. */
  String roleIn(SourceContent document) {
    return new RolePlan(DocumentView.of(document), "", this).theRole().name();
  }

  List<String> hosts() {
    return hosts;
  }

  Optional<String> role() {
    return role;
  }

  List<String> storages() {
    return storages;
  }

  boolean isEmpty() {
    return hosts.isEmpty() && role.isEmpty() && storages.isEmpty();
  }

  /** The options again, as they are typed. */
  String text() {
    return (hosts.isEmpty() ? "" : " --host " + String.join(",", hosts))
        + role.map(name -> " --role " + name).orElse("")
        + (storages.isEmpty() ? "" : " --storage " + String.join(",", storages));
  }
}
