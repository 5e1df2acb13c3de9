package io.gitalyrouter.docker;

import io.gitalyrouter.history.Server;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Right and wrong certificates of the network server, and whom its clients trust. <em>Not
 * thread-safe; confined to the test.</em>
 */
final class Certificates {
  private final Cluster cluster;
  private final X509Bundle authority = authority("CN=Test CA");
  private final X509Bundle nextAuthority = authority("CN=Next test CA");
  private final Path trusted;
  private final Path good;
  private final Path expired;
  private final Path wrongHost;
  private final Path next;

  private Certificates(Cluster cluster) throws Exception {
    this.cluster = cluster;
    this.trusted = cluster.shared("trusted").resolve("ca.pem");
    trust(authority.getCertificatePEM());
    String ip = cluster.ip(Server.NETWORK);
    this.good = issue("good", server().addSanIpAddress(ip), authority);
    Instant now = Instant.now();
    this.expired =
        issue(
            "expired",
            server()
                .addSanIpAddress(ip)
                .notBefore(now.minus(Duration.ofDays(9)))
                .notAfter(now.minus(Duration.ofDays(7))),
            authority);
    this.wrongHost = issue("wrong-host", server().addSanDnsName("another.example"), authority);
    this.next = issue("next", server().addSanIpAddress(ip), nextAuthority);
  }

  /** Makes them where every network server sees them. */
  static Certificates of(Cluster cluster) throws Exception {
    return new Certificates(cluster);
  }

  private static X509Bundle authority(String name) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject(name)
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  private static CertificateBuilder server() {
    return new CertificateBuilder().ecp256().subject("CN=gitaly");
  }

  private Path issue(String name, CertificateBuilder builder, X509Bundle by) throws Exception {
    X509Bundle bundle = builder.buildIssuedBy(by);
    Path directory = cluster.shared(name);
    Files.writeString(directory.resolve("cert.pem"), bundle.getCertificatePEM());
    Files.writeString(directory.resolve("key.pem"), bundle.getPrivateKeyPEM());
    return directory;
  }

  private void trust(String pem) throws IOException {
    Path whole = trusted.resolveSibling("ca.new");
    Files.writeString(whole, pem);
    Files.move(whole, trusted, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Clients trust the authority, and from now on the next one as well. */
  void trustBoth() throws IOException {
    trust(authority.getCertificatePEM() + nextAuthority.getCertificatePEM());
  }

  /** Clients trust the next authority only. */
  void trustNext() throws IOException {
    trust(nextAuthority.getCertificatePEM());
  }

  Path good() {
    return good;
  }

  Path expired() {
    return expired;
  }

  Path wrongHost() {
    return wrongHost;
  }

  /** A good one of the next authority. */
  Path next() {
    return next;
  }

  /** The way to the network server with TLS. */
  Way way() throws IOException {
    return new Way(cluster.network().tlsAddress(), cluster.token("secret"), Optional.of(trusted));
  }
}
