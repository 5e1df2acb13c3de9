package io.gitalyrouter.config;

import io.gitalyrouter.config.EndpointSettings.Place;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Optional;

/**
 * Checks the files that a document names, as far as one host's table uses them. A file of an
 * endpoint that gets no calls is a warning: a lost network token must never be what keeps a host
 * from going back to local. <em>Thread-safe.</em>
 */
final class FileChecks {
  private static final long MAX_CA_BYTES = 16L << 20;

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
    settings.tokenFile().ifPresent(place -> checkToken(settings.endpoint(), place, problems));
    if (settings.endpoint() instanceof Endpoint.Tls tls) {
      checkCa(tls.caFile(), settings.caFile(), problems);
    }
  }

  private static void checkToken(Endpoint endpoint, Place place, Problems problems) {
    try {
      Arrays.fill(endpoint.token().secret(), (byte) 0);
    } catch (IOException e) {
      problems.add(place.origin(), place.path(), message(e));
    }
  }

  private static void checkCa(Optional<Path> file, Optional<Place> place, Problems problems) {
    if (file.isEmpty() || place.isEmpty()) {
      return;
    }
    String wrong = wrongWithCa(file.get());
    if (!wrong.isEmpty()) {
      problems.add(
          place.get().origin(), place.get().path(), "certificate file " + file.get() + " " + wrong);
    }
  }

  private static String wrongWithCa(Path file) {
    if (!Files.exists(file)) {
      return "does not exist; create it, or correct ca_file";
    }
    if (!Files.isRegularFile(file)) {
      return "is not a file; point ca_file at a file with PEM certificates";
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      if (Files.size(file) > MAX_CA_BYTES) {
        return "is larger than " + MAX_CA_BYTES + " bytes; point ca_file at PEM certificates";
      }
      if (CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty()) {
        return "holds no certificate; point ca_file at a file with PEM certificates";
      }
      return "";
    } catch (CertificateException e) {
      return "does not hold PEM certificates; point ca_file at a file that does";
    } catch (IOException e) {
      return "cannot be read by this process; give its user read permission";
    }
  }

  private static String message(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
