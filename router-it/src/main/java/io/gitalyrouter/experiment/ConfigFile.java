package io.gitalyrouter.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The one configuration file that both workers follow, and the edits that operators make in it.
 * Every edit replaces the file whole. <em>Thread-safe.</em>
 */
public final class ConfigFile {
  /** The role that sends a host's calls to the network side. */
  static final String ROLE = "network-gitaly";

  private final Path file;
  private final String storage;
  private final String localAddress;
  private final String networkAddress;
  private final Path tokenFile;

  /**
   * Describes the file; nothing is written yet.
   *
   * @param file where it is
   * @param storage the storage's name
   * @param localAddress the local server's address
   * @param networkAddress the network server's address
   * @param tokenFile the file with the network server's secret
   */
  public ConfigFile(
      Path file, String storage, String localAddress, String networkAddress, Path tokenFile) {
    this.file = file;
    this.storage = storage;
    this.localAddress = localAddress;
    this.networkAddress = networkAddress;
    this.tokenFile = tokenFile;
  }

  /** Where it is. */
  public Path path() {
    return file;
  }

  /**
   * Gives the role to these hosts and to no other of them.
   *
   * @param hosts every host of the document
   * @param withRole those that get the role
   */
  public void giveRole(Collection<String> hosts, Collection<String> withRole) throws IOException {
    giveRole(hosts, withRole, 100);
  }

  /**
   * The same, for a share of their calls.
   *
   * @param percent the share of calls, drawn one by one
   */
  void giveRole(Collection<String> hosts, Collection<String> withRole, int percent)
      throws IOException {
    String roles =
        hosts.stream()
            .map(
                host ->
                    "  "
                        + host
                        + ": { roles: "
                        + (withRole.contains(host) ? List.of(ROLE) : List.of())
                        + " }\n")
            .collect(Collectors.joining());
    String document =
        """
        version: 1
        storages:
          %s:
            local:   { address: "%s" }
            network: { address: "%s", token_file: "%s" }
        roles:
          %s: { route: network, storages: [%s], percent: %d }
        hosts:
        %s"""
            .formatted(
                storage, localAddress, networkAddress, tokenFile, ROLE, storage, percent, roles);
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(whole, document);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
