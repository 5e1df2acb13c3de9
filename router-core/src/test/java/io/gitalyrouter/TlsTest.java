package io.gitalyrouter;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestAuthority;
import io.gitalyrouter.fixture.TestGitaly;
import io.gitalyrouter.fixture.TestTls;
import io.gitalyrouter.route.ClientIdentity;
import io.gitalyrouter.route.Endpoint;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a TLS endpoint lets through, and what it tells people when it does not. */
@Timeout(60)
final class TlsTest {
  private static final Instant LONG_AGO = Instant.parse("2021-06-01T00:00:00Z");
  private static final Instant FAR_AWAY = Instant.parse("2049-06-01T00:00:00Z");

  @TempDir private Path directory;
  private TestAuthority authority;
  private TestAuthority stranger;
  private Path caFile;

  @BeforeEach
  void authorities() throws Exception {
    authority = new TestAuthority("ours");
    stranger = new TestAuthority("stranger");
    caFile = TestAuthority.replace(directory.resolve("ca.pem"), authority.pem());
  }

  private Endpoint.Tls trusting(Endpoint endpoint) {
    return ((Endpoint.Tls) endpoint).withCaFile(caFile);
  }

  private ClientIdentity identity(X509Bundle certificate) throws IOException {
    return new ClientIdentity(
        TestAuthority.replace(directory.resolve("client.pem"), certificate.getCertificatePathPEM()),
        TestAuthority.replace(directory.resolve("client.key"), certificate.getPrivateKeyPEM()));
  }

  private Sides sides(TestTls tls, Optional<ClientIdentity> identity) throws IOException {
    return new Sides(
        directory,
        TestGitaly.onTls("network", tls),
        e -> identity.map(trusting(e)::withIdentity).orElse(trusting(e)));
  }

  /**
   * Calls are local, and what is told does not hold anything secret. A server that refuses a client
   * may cut the connection before its alert is read: that is told, too, before the next attempt.
   */
  private static Trouble trouble(Sides sides, String what) {
    sides.router().apply(sides.table(100));
    Trouble trouble = sides.awaitTrouble(what);
    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    assertThat(trouble.where()).startsWith("network tls://127.0.0.1:");
    assertThat(trouble.toString()).doesNotContain("PRIVATE KEY", "\n");
    return trouble;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void client_with_a_certificate_is_let_in(String protocol) throws Exception {
    TestTls tls = new TestTls(authority.server(), protocol).admitting(authority);
    try (Sides sides = sides(tls, Optional.of(identity(authority.client("worker"))))) {
      assertThat(sides.switchedOn().call(FIND_COMMIT, "a")).isEqualTo("network:a");
      assertThat(sides.network().clients()).containsExactly("CN=worker");
      assertThat(sides.router().status().toString())
          .doesNotContain("PRIVATE KEY", Files.readString(directory.resolve("client.key")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void missing_client_certificate_is_told(String protocol) throws Exception {
    TestTls tls = new TestTls(authority.server(), protocol).admitting(authority);
    try (Sides sides = sides(tls, Optional.empty())) {
      Trouble trouble = trouble(sides, "wants a client certificate, and there is none");
      assertThat(trouble.advice()).contains("set cert_file and key_file");
      assertThat(sides.network().clients()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void refused_client_certificate_is_told_with_its_issuer_and_dates(String protocol)
      throws Exception {
    TestTls tls = new TestTls(authority.server(), protocol).admitting(authority);
    X509Bundle expired = authority.issue("worker", b -> b.notAfter(LONG_AGO));
    try (Sides sides = sides(tls, Optional.of(identity(expired)))) {
      Trouble trouble = trouble(sides, "refuses the client certificate of cert_file " + directory);
      assertThat(trouble.what()).contains("CN=worker, issued by CN=ours", "to " + LONG_AGO);
      assertThat(trouble.advice()).contains("its dates");
    }
  }

  @Test
  void client_certificate_of_an_unknown_authority_is_told() throws Exception {
    TestTls tls = new TestTls(authority.server(), "TLSv1.3").admitting(authority);
    try (Sides sides = sides(tls, Optional.of(identity(stranger.client("worker"))))) {
      assertThat(trouble(sides, "refuses the client certificate").what())
          .contains("issued by CN=stranger");
    }
  }

  @Test
  void expired_server_certificate_is_told() throws Exception {
    X509Bundle expired =
        authority.issue("s", b -> b.addSanIpAddress("127.0.0.1").notAfter(LONG_AGO));
    try (Sides sides = sides(new TestTls(expired, "TLSv1.3"), Optional.empty())) {
      Trouble trouble = trouble(sides, "");
      assertThat(trouble.what()).contains("the server's certificate", "has expired", "2021");
      assertThat(trouble.advice()).contains("give the server a valid one", "clock");
    }
  }

  @Test
  void server_certificate_of_the_future_is_told() throws Exception {
    X509Bundle early =
        authority.issue("s", b -> b.addSanIpAddress("127.0.0.1").notBefore(FAR_AWAY));
    try (Sides sides = sides(new TestTls(early, "TLSv1.3"), Optional.empty())) {
      Trouble trouble = trouble(sides, "");
      assertThat(trouble.what()).contains("the server's certificate", "is not yet valid", "2049");
      assertThat(trouble.advice()).contains("clock");
    }
  }

  @Test
  void server_certificate_for_another_host_is_told() throws Exception {
    X509Bundle other = authority.issue("s", b -> b.addSanIpAddress("127.0.0.2"));
    try (Sides sides = sides(new TestTls(other, "TLSv1.3"), Optional.empty())) {
      Trouble trouble = trouble(sides, "");
      assertThat(trouble.what()).contains("certificate is not for 127.0.0.1");
      assertThat(trouble.advice()).contains("subject alternative names");
    }
  }

  @Test
  void unknown_authority_is_told_until_the_file_is_mended_and_then_what_lies_behind_it()
      throws Exception {
    TestTls tls = new TestTls(stranger.server(), "TLSv1.3").admitting(authority);
    try (Sides sides = sides(tls, Optional.empty())) {
      Trouble trouble = trouble(sides, "");
      assertThat(trouble.what()).contains("unknown CA", "ca_file " + caFile);
      assertThat(trouble.advice()).contains("into ca_file");

      TestAuthority.replace(caFile, stranger.pem());
      assertThat(sides.awaitTrouble("wants a client certificate").advice()).contains("cert_file");
      assertThat(sides.troubles()).as("each told once").doesNotHaveDuplicates();
    }
  }

  @Test
  void unknown_authority_without_a_file_of_our_own_is_told() throws Exception {
    TestGitaly network = TestGitaly.onTls("network", new TestTls(authority.server(), "TLSv1.3"));
    try (Sides sides = new Sides(directory, network, e -> e)) {
      assertThat(trouble(sides, "").what()).contains("unknown CA", "there is no ca_file");
    }
  }

  @Test
  void plain_text_server_is_told() throws Exception {
    TestGitaly plain = TestGitaly.onTcp("network");
    try (Sides sides = new Sides(directory, plain, TlsTest::overTls)) {
      Trouble trouble = trouble(sides, "");
      assertThat(trouble.what()).contains("does not speak TLS");
      assertThat(trouble.advice()).contains("tcp://");
    }
  }

  @Test
  void server_that_hangs_up_is_told() throws Exception {
    try (ServerSocket rude = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Sides sides =
            new Sides(
                directory,
                TestGitaly.onTcp("network"),
                e -> Endpoint.parse("tls://127.0.0.1:" + rude.getLocalPort()))) {
      Thread hangUp = new Thread(() -> hangUp(rude));
      hangUp.start();
      Trouble trouble = trouble(sides, "");
      assertThat(trouble.what()).contains("closed the connection during the TLS handshake");
      assertThat(trouble.advice()).contains("tcp://", "cert_file and key_file");
    }
  }

  private static void hangUp(ServerSocket server) {
    try {
      while (true) {
        server.accept().close();
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static Endpoint overTls(Endpoint endpoint) {
    return Endpoint.parse(endpoint.address().replace("tcp://", "tls://"));
  }

  @Test
  void key_file_open_to_others_is_refused_when_a_table_names_it() throws Exception {
    ClientIdentity identity = identity(authority.client("worker"));
    Files.setPosixFilePermissions(identity.keyFile(), PosixFilePermissions.fromString("rw-r--r--"));
    TestTls tls = new TestTls(authority.server(), "TLSv1.3").admitting(authority);
    try (Sides sides = sides(tls, Optional.of(identity))) {
      assertThatThrownBy(() -> sides.router().apply(sides.table(100)))
          .hasStackTraceContaining("key file " + identity.keyFile() + " is open to other users")
          .hasStackTraceContaining("chmod o-rwx");
      assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    }
  }
}
