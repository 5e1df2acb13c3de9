package io.gitalyrouter.transport;

import io.gitalyrouter.route.ClientIdentity;
import io.gitalyrouter.route.Endpoint;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a TLS endpoint trusts and shows. Follows its files: connections that are made later use what
 * is in them then. <em>Immutable.</em>
 */
final class TlsContext {
  /** A resumed session would go on with what was trusted and shown when it began. */
  private static final long SESSION_SECONDS = 1;

  private TlsContext() {}

  /**
   * The context for an endpoint's connections.
   *
   * @param files follows what the endpoint names
   * @throws IOException if a file cannot be used
   */
  static SslContext create(Endpoint.Tls endpoint, FollowedFiles files) throws IOException {
    SslContextBuilder builder = GrpcSslContexts.forClient().sessionTimeout(SESSION_SECONDS);
    try {
      if (endpoint.caFile().isPresent()) {
        builder.trustManager(trust(endpoint, endpoint.caFile().get(), files));
      }
      if (endpoint.identity().isPresent()) {
        builder.keyManager(identity(endpoint.identity().get(), files));
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS is not available for " + endpoint.address(), e);
    }
    return builder.build();
  }

  private static AdvancedTlsX509TrustManager trust(
      Endpoint.Tls endpoint, Path file, FollowedFiles files)
      throws IOException, GeneralSecurityException {
    AdvancedTlsX509TrustManager trust = AdvancedTlsX509TrustManager.newBuilder().build();
    files.follow(
        List.of(file),
        () -> {
          try {
            trust.updateTrustCredentials(endpoint.trusted().toArray(X509Certificate[]::new));
          } catch (GeneralSecurityException e) {
            throw new IOException("certificate file " + file + " cannot be used: " + e, e);
          }
        },
        "new connections trust the certificates that were read before");
    return trust;
  }

  private static AdvancedTlsX509KeyManager identity(ClientIdentity identity, FollowedFiles files)
      throws IOException {
    AdvancedTlsX509KeyManager shown = new AdvancedTlsX509KeyManager();
    files.follow(
        List.of(identity.certFile(), identity.keyFile()),
        () -> {
          List<X509Certificate> chain = identity.certificates();
          shown.updateIdentityCredentials(
              chain.toArray(X509Certificate[]::new), identity.key(chain.get(0)));
        },
        "new connections show the certificate that was read before");
    return shown;
  }
}
