package io.gitalyrouter.docker;

import io.gitalyrouter.history.Server;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.Token;
import io.gitalyrouter.standin.TestAuthority;
import java.nio.file.Path;

/** Right and wrong certificates of the network server. <em>Immutable.</em> */
final class Certificates {
  private final Cluster cluster;
  private final TestAuthority authority;
  private final Path good;
  private final Path expired;
  private final Path wrongHost;

  private Certificates(Cluster cluster) throws Exception {
    this.cluster = cluster;
    this.authority = TestAuthority.create(cluster.shared("authority"));
    String name = "ip:" + cluster.ip(Server.NETWORK);
    this.good = authority.issue(cluster.shared("good"), name);
    this.expired =
        authority.issue(cluster.shared("expired"), name, "-startdate", "-9d", "-validity", "2");
    this.wrongHost = authority.issue(cluster.shared("wrong-host"), "dns:another.example");
  }

  /** Makes them where every network server sees them. */
  static Certificates of(Cluster cluster) throws Exception {
    return new Certificates(cluster);
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

  /** The network server's endpoint with TLS. */
  Endpoint endpoint() throws Exception {
    return ((Endpoint.Tls) Endpoint.parse(cluster.network().tlsAddress()))
        .withCaFile(authority.certificate())
        .withToken(Token.file(cluster.token("secret")));
  }
}
