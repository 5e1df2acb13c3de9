package io.gitalyrouter.config.check;

import io.gitalyrouter.route.StorageRoutes;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a precheck asks. <em>Immutable.</em>
 *
 * @param storages the storages that the change concerns, in the order of the output
 * @param hosts the worker hosts that the change concerns; looked for in Prometheus
 * @param expectVersion the version that every server must have; empty if they must only agree
 * @param probeRepositories a repository's path by storage: its references are read on both routes
 * @param prometheus where meters and the load of NFS hosts are asked; empty for not at all
 * @param timeout for each question; above 0
 * @param certificateMargin a certificate that ends sooner is warned of
 */
public record PrecheckPlan(
    List<StorageRoutes> storages,
    List<String> hosts,
    Optional<String> expectVersion,
    Map<String, String> probeRepositories,
    Optional<URI> prometheus,
    Duration timeout,
    Duration certificateMargin) {
  /** Five seconds a question, as a router's own survey. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  /** Two weeks. */
  public static final Duration DEFAULT_CERTIFICATE_MARGIN = Duration.ofDays(14);

  /** Copies the collections, and checks that probe repositories are on storages of the plan. */
  public PrecheckPlan {
    storages = List.copyOf(storages);
    hosts = List.copyOf(hosts);
    probeRepositories = Map.copyOf(probeRepositories);
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: above 0)");
    }
    List<String> names = storages.stream().map(StorageRoutes::storage).toList();
    for (String probed : probeRepositories.keySet()) {
      if (!names.contains(probed)) {
        throw new IllegalArgumentException(
            "probe repository: storage \""
                + probed
                + "\" is not checked (expected: one of "
                + names
                + ")");
      }
    }
  }

  /** A plan with the defaults, that asks no Prometheus and reads no repository. */
  public static PrecheckPlan of(List<StorageRoutes> storages, List<String> hosts) {
    return new PrecheckPlan(
        storages,
        hosts,
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        DEFAULT_TIMEOUT,
        DEFAULT_CERTIFICATE_MARGIN);
  }
}
