package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.DocumentView.Role;
import io.gitalyrouter.route.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What to edit so that hosts get a role, or lose it. <em>Immutable.</em> */
final class RolePlan {
  private final DocumentView document;
  private final String text;
  private final TargetOptions targets;

  RolePlan(DocumentView document, String text, TargetOptions targets) {
    this.document = document;
    this.text = text;
    this.targets = targets;
    for (String storage : targets.storages()) {
      if (!document.storages().contains(storage)) {
        throw unknown("--storage", storage, document.storages());
      }
    }
  }

  /** Gives the hosts the role, and the role the storages and the share. */
  List<DocumentEdit> enable(Optional<Double> percent) {
    Role role = theRole();
    List<DocumentEdit> shared = new ArrayList<>();
    for (String storage : targets.storages()) {
      if (!role.storages().contains(storage)) {
        shared.add(new DocumentEdit.AddName(List.of("roles", role.name(), "storages"), storage));
      }
    }
    if (percent.isPresent() && Percent.check(percent.get()) != role.percent()) {
      shared.add(percent(role.name(), percent.get()));
    }
    refuseReachingOthers(role, shared);
    List<DocumentEdit> edits = new ArrayList<>(shared);
    for (String host : targets.hosts()) {
      List<String> roles = new ArrayList<>(document.rolesOf(host));
      if (roles.contains(role.name())) {
        continue;
      }
      roles.add(role.name());
      edits.add(
          document.hosts().contains(host)
              ? new DocumentEdit.AddName(List.of("hosts", host, "roles"), role.name())
              : entry(host, roles));
    }
    return edits;
  }

  /** Takes the roles from the hosts, or storages out of the roles. */
  List<DocumentEdit> disable() {
    List<DocumentEdit> edits = new ArrayList<>();
    for (Role role : networkRoles()) {
      edits.addAll(targets.storages().isEmpty() ? takeRole(role) : takeStorages(role));
    }
    return edits;
  }

  /** Sets the share of a role. */
  static DocumentEdit percent(String role, double percent) {
    return new DocumentEdit.Put(
        List.of("roles", role, "percent"), Percent.value(percent), Percent.text(percent));
  }

  /** The role that is named, or the only one that sends calls to the network side. */
  Role theRole() {
    List<Role> roles = networkRoles();
    if (roles.size() != 1) {
      throw CommandException.usage(
          "--role: not given (expected: one of "
              + roles.stream().map(Role::name).toList()
              + ", or a document with one role that has route: network)");
    }
    return roles.get(0);
  }

  private List<Role> networkRoles() {
    if (targets.role().isEmpty()) {
      return document.roles().stream().filter(role -> role.route() == Route.NETWORK).toList();
    }
    String name = targets.role().get();
    Role role =
        document
            .role(name)
            .orElseThrow(
                () -> unknown("--role", name, document.roles().stream().map(Role::name).toList()));
    if (role.route() != Route.NETWORK) {
      throw CommandException.usage(
          "--role: " + name + " has route: local (expected: a role with route: network)");
    }
    return List.of(role);
  }

  private List<DocumentEdit> takeRole(Role role) {
    List<String> hosts = targets.hosts().isEmpty() ? document.hosts() : targets.hosts();
    List<DocumentEdit> edits = new ArrayList<>();
    for (String host : hosts) {
      if (document.entryOf(host).isEmpty()) {
        throw unknown("--host", host, document.hosts());
      }
      List<String> roles = new ArrayList<>(document.rolesOf(host));
      if (roles.remove(role.name())) {
        edits.add(
            document.hosts().contains(host)
                ? new DocumentEdit.RemoveName(List.of("hosts", host, "roles"), role.name())
                : entry(host, roles));
      }
    }
    return edits;
  }

  /** An entry of its own for a host that a pattern stood for: it says all that the host does. */
  private static DocumentEdit entry(String host, List<String> roles) {
    List<String> names = roles.stream().map(DocumentEditor::quoted).toList();
    return new DocumentEdit.Put(
        List.of("hosts", host),
        Map.of("roles", List.copyOf(roles)),
        "{ roles: [" + String.join(", ", names) + "] }");
  }

  private List<DocumentEdit> takeStorages(Role role) {
    List<String> path = List.of("roles", role.name(), "storages");
    List<String> left = new ArrayList<>(role.storages());
    List<DocumentEdit> edits = new ArrayList<>();
    for (String storage : targets.storages()) {
      if (left.remove(storage)) {
        edits.add(new DocumentEdit.RemoveName(path, storage));
      }
    }
    if (edits.isEmpty()) {
      return edits;
    }
    if (left.isEmpty()) {
      throw CommandException.refused(
          "role "
              + role.name()
              + " would have no storage left; take the role from its hosts instead:"
              + " gitaly-router disable --role "
              + role.name());
    }
    refuseReachingOthers(role, edits);
    if (DocumentEditor.isScalar(text, path)) {
      List<String> names = left.stream().map(DocumentEditor::quoted).toList();
      return List.of(new DocumentEdit.Put(path, left, "[" + String.join(", ", names) + "]"));
    }
    return edits;
  }

  /** A role is shared: a change of it for some hosts must not reach others in silence. */
  private void refuseReachingOthers(Role role, List<DocumentEdit> shared) {
    if (shared.isEmpty() || targets.hosts().isEmpty()) {
      return;
    }
    List<String> others =
        document.hosts().stream()
            .filter(host -> document.rolesOf(host).contains(role.name()))
            .filter(host -> !targets.hosts().contains(host))
            .toList();
    if (!others.isEmpty()) {
      throw CommandException.refused(
          "role "
              + role.name()
              + " is also on "
              + String.join(", ", others)
              + ", which this would change too; leave --host out if that is meant, or give the"
              + " hosts a role of their own");
    }
  }

  private static CommandException unknown(String option, String name, List<String> known) {
    return CommandException.usage(
        option
            + ": no \""
            + name
            + "\" in the document (expected: "
            + String.join(", ", known)
            + ")");
  }
}
