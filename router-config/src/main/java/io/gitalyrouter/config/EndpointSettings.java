package io.gitalyrouter.config;

import io.gitalyrouter.route.Endpoint;
import java.util.Optional;

/**
 * An endpoint of the document, and where the files it needs are named. <em>Immutable.</em>
 *
 * @param endpoint the endpoint, with its token and its certificates
 * @param tokenFile where {@code token_file} stands, if it is there
 * @param caFile where {@code ca_file} stands, if it is there
 * @param certFile where {@code cert_file} stands, if it is there
 * @param keyFile where {@code key_file} stands, if it is there
 */
record EndpointSettings(
    Endpoint endpoint,
    Optional<Place> tokenFile,
    Optional<Place> caFile,
    Optional<Place> certFile,
    Optional<Place> keyFile) {

  /**
   * Where a key stands. <em>Immutable.</em>
   *
   * @param origin its line and column
   * @param path the key
   */
  record Place(ConfigOrigin origin, String path) {}
}
