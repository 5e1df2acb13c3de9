package io.gitalyrouter.docker;

import io.gitalyrouter.history.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The steps of the change as operators plan it, each a document that all hosts follow. */
enum ChangeStep {
  /** The router is deployed; the document knows no network side. */
  OFF(/* network= */ false, "", ""),
  /** The network side has an address, and nobody goes there. */
  DARK(/* network= */ true, "", ""),
  /** The role exists, and nobody has it. */
  ROLE_UNUSED(/* network= */ true, role(), ""),
  /** One host has the role. */
  ONE_HOST(/* network= */ true, role(), "network-gitaly");

  private final boolean network;
  private final String roles;
  private final String canaryRoles;

  ChangeStep(boolean network, String roles, String canaryRoles) {
    this.network = network;
    this.roles = roles;
    this.canaryRoles = canaryRoles;
  }

  private static String role() {
    return "roles:\n  network-gitaly: { route: network, storages: ["
        + Traffic.STORAGE
        + "], percent: 100 }\n";
  }

  /** Puts the step's document in the place of the one before. */
  void write(Cluster cluster, Way way) throws IOException {
    StringBuilder text = new StringBuilder("version: 1\nstorages:\n");
    text.append("  ").append(Traffic.STORAGE).append(":\n    local: { address: \"");
    text.append(cluster.local().unixAddress()).append("\" }\n");
    if (network) {
      text.append("    network: ").append(way.toYaml()).append('\n');
    }
    text.append(roles).append("hosts:\n  git01: { roles: [").append(canaryRoles);
    text.append("] }\n  git02: { roles: [] }\n");
    Path file = cluster.document();
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(whole, text);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
