package io.gitalyrouter.route;

import java.util.Locale;
import java.util.Optional;

/**
 * The routes of one storage on this host. <em>Immutable.</em>
 *
 * @param storage the Gitaly storage name, such as {@code nfs-file01}
 * @param local the Gitaly of this host; always there, because it is the way back
 * @param network the Gitaly of the NFS server, if the storage has one
 * @param rule which calls are meant for the network side
 */
public record StorageRoutes(
    String storage, Endpoint local, Optional<Endpoint> network, RouteRule rule) {
  /** Checks the storage's name and that a rule has an endpoint to send calls to. */
  public StorageRoutes {
    if (storage.isBlank()) {
      throw new IllegalArgumentException("storage: empty name (expected: a Gitaly storage name)");
    }
    if (rule.isOn() && network.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "storage \"%s\": role \"%s\" routes to the network, but the storage has no network endpoint",
              storage,
              rule.role().orElse("")));
    }
  }

  /** A storage that only the local Gitaly serves. */
  public static StorageRoutes localOnly(String storage, Endpoint local) {
    return new StorageRoutes(storage, local, Optional.empty(), RouteRule.off());
  }

  /** The same routes under another rule. */
  public StorageRoutes withRule(RouteRule rule) {
    return new StorageRoutes(storage, local, network, rule);
  }
}
