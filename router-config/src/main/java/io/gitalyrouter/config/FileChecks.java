package io.gitalyrouter.config;

import io.gitalyrouter.config.EndpointSettings.Place;
import io.gitalyrouter.route.ClientIdentity;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Checks the files that a document names, as far as one host's table uses them. A file of an
 * endpoint that gets no calls is a warning: a lost network token must never be what keeps a host
 * from going back to local. <em>Thread-safe.</em>
 */
final class FileChecks {
  private FileChecks() {}

  /**
   * Reads each file once.
   *
   * @param problems gets what makes the table unusable
   * @param warnings gets what would, once the endpoint is used
   */
  static void run(
      ConfigDocument document, RoutingTable table, Problems problems, Problems warnings) {
    // All is local anyhow, and the local channels of the table before are already open.
    boolean killed = table.killSwitch().isPresent();
    document
        .storages()
        .forEach(
            (name, storage) -> {
              check(storage.local(), killed ? warnings : problems);
              boolean routed = !killed && isRouted(table, name);
              storage.network().ifPresent(e -> check(e, routed ? problems : warnings));
            });
  }

  private static boolean isRouted(RoutingTable table, String storage) {
    StorageRoutes routes = table.storages().get(storage);
    return routes != null && routes.rule().isOn();
  }

  private static void check(EndpointSettings settings, Problems problems) {
    Endpoint endpoint = settings.endpoint();
    settings
        .tokenFile()
        .ifPresent(
            place ->
                check(place, problems, () -> Arrays.fill(endpoint.token().secret(), (byte) 0)));
    if (endpoint instanceof Endpoint.Tls tls) {
      settings.caFile().ifPresent(place -> check(place, problems, tls::trusted));
      tls.identity().ifPresent(identity -> checkIdentity(settings, identity, problems));
    }
  }

  private static void checkIdentity(
      EndpointSettings settings, ClientIdentity identity, Problems problems) {
    List<X509Certificate> chain = new ArrayList<>();
    check(settings.certFile().orElseThrow(), problems, () -> chain.addAll(identity.certificates()));
    if (!chain.isEmpty()) {
      check(settings.keyFile().orElseThrow(), problems, () -> identity.key(chain.get(0)));
    }
  }

  private static void check(Place place, Problems problems, Reading reading) {
    try {
      reading.run();
    } catch (IOException e) {
      String message = e.getMessage();
      problems.add(
          place.origin(), place.path(), message == null ? e.getClass().getSimpleName() : message);
    }
  }

  /** Reads a file as its endpoint will. */
  @FunctionalInterface
  private interface Reading {
    void run() throws IOException;
  }
}
