package io.gitalyrouter.standin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a stand-in is started with. *Immutable.*
 *
 * @param storages directories by storage name
 * @param listen where to serve; at least one
 * @param certificate PEM chain; needed for tls addresses
 * @param key PEM key of the certificate, PKCS #8
 * @param clientCa PEM certificates; only clients that one of them signed are let in over tls; empty
 *     lets all in
 * @param tokenFile the shared secret, without a line end; empty switches the check off
 * @param healthNeedsToken whether health checks need a token, as before 16.11
 * @param controlSocket where the control service listens; empty for none
 * @param ledger the file of executions
 * @param calls the file of calls
 * @param serverVersion what ServerInfo says
 * @param grace how long running calls may take when the server stops
 * @param minKeepAlive a client that pings more often is thrown out with GOAWAY
 */
public record StandInSettings(
    Map<String, Path> storages,
    List<ListenAddress> listen,
    Optional<Path> certificate,
    Optional<Path> key,
    Optional<Path> clientCa,
    Optional<Path> tokenFile,
    boolean healthNeedsToken,
    Optional<Path> controlSocket,
    Path ledger,
    Path calls,
    String serverVersion,
    Duration grace,
    Duration minKeepAlive) {

  /** Checks and copies. */
  public StandInSettings {
    storages = Collections.unmodifiableMap(new LinkedHashMap<>(storages));
    listen = List.copyOf(listen);
    if (storages.isEmpty()) {
      throw new IllegalArgumentException("storages: none (expected: at least one)");
    }
    if (listen.isEmpty()) {
      throw new IllegalArgumentException("listen: none (expected: at least one)");
    }
    boolean tls = listen.stream().anyMatch(l -> l.transport().equals(ListenAddress.TLS));
    if (tls && (certificate.isEmpty() || key.isEmpty())) {
      throw new IllegalArgumentException("tls: no certificate (expected: certificate and key)");
    }
  }
}
