package io.gitalyrouter.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.fixture.TestAuthority;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ClientIdentityTest {
  @TempDir private Path directory;
  private X509Bundle certificate;
  private ClientIdentity identity;

  @BeforeEach
  void write() throws Exception {
    certificate = new TestAuthority("ours").client("worker");
    identity = write(certificate);
  }

  private ClientIdentity write(X509Bundle bundle) throws IOException {
    return new ClientIdentity(
        TestAuthority.replace(directory.resolve("tls.crt"), bundle.getCertificatePathPEM()),
        TestAuthority.replace(directory.resolve("tls.key"), bundle.getPrivateKeyPEM()));
  }

  private AbstractThrowableAssert<?, ?> refusal() {
    return assertThatThrownBy(() -> identity.key(identity.certificates().get(0)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageNotContaining(certificate.getPrivateKeyPEM().lines().toList().get(1));
  }

  @ParameterizedTest
  @EnumSource(names = {"ecp256", "ecp384", "rsa2048"})
  void key_and_chain_are_read(Algorithm algorithm) throws Exception {
    X509Bundle bundle =
        new TestAuthority("ours").issue("worker", builder -> builder.algorithm(algorithm));
    ClientIdentity read = write(bundle);
    assertThat(read.certificates()).containsExactly(bundle.getCertificatePath());
    assertThat(read.key(bundle.getCertificate())).isEqualTo(bundle.getKeyPair().getPrivate());
  }

  @Test
  void key_open_to_others_is_refused_with_the_command_that_mends_it() throws Exception {
    Files.setPosixFilePermissions(identity.keyFile(), PosixFilePermissions.fromString("rw----r--"));
    refusal()
        .hasMessageContaining("is open to other users; run: chmod o-rwx " + identity.keyFile());
  }

  @Test
  void key_of_another_certificate_is_refused() throws Exception {
    X509Bundle other = new TestAuthority("ours").client("worker");
    TestAuthority.replace(identity.keyFile(), other.getPrivateKeyPEM());
    refusal().hasMessageContaining("not the key of the first certificate in");
    X509Bundle rsa = new TestAuthority("ours").issue("worker", CertificateBuilder::rsa2048);
    TestAuthority.replace(identity.keyFile(), rsa.getPrivateKeyPEM());
    refusal().hasMessageContaining("not the key of the first certificate in");
  }

  @Test
  void damaged_half_written_empty_and_missing_keys_are_refused() throws Exception {
    String pem = certificate.getPrivateKeyPEM();
    TestAuthority.replace(identity.keyFile(), pem.replaceFirst("\nM", "\nA"));
    refusal().hasMessageContaining("is damaged, or not the key");
    TestAuthority.replace(identity.keyFile(), pem.substring(0, pem.length() / 2));
    refusal().hasMessageContaining("is not a whole PKCS #8 key");
    TestAuthority.replace(identity.keyFile(), "");
    refusal().hasMessageContaining("holds no PEM private key");
    TestAuthority.replace(identity.keyFile(), "x".repeat(65537));
    refusal().hasMessageContaining("larger than 65536 bytes");
    Files.delete(identity.keyFile());
    refusal().hasMessageContaining("does not exist; create it, or correct key_file");
  }

  @Test
  void key_of_another_form_is_refused_with_the_command_that_converts_it() throws Exception {
    for (String form : new String[] {"RSA PRIVATE", "EC PRIVATE", "ENCRYPTED PRIVATE"}) {
      String pem = certificate.getPrivateKeyPEM().replace("PRIVATE", form);
      TestAuthority.replace(identity.keyFile(), pem);
      refusal().hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    }
  }

  @Test
  void half_written_empty_and_missing_certificates_are_refused() throws Exception {
    String pem = certificate.getCertificatePathPEM();
    TestAuthority.replace(identity.certFile(), pem.substring(0, pem.length() / 2));
    refusal().hasMessageContaining("does not hold PEM certificates; point cert_file");
    TestAuthority.replace(identity.certFile(), "");
    refusal().hasMessageContaining("holds no certificate; point cert_file");
    Files.delete(identity.certFile());
    refusal().hasMessageContaining("does not exist; create it, or correct cert_file");
  }

  @Test
  void paths_must_be_absolute() {
    assertThatThrownBy(() -> new ClientIdentity(Path.of("a"), Path.of("/b")))
        .hasMessageContaining("client identity: a (expected: an absolute path)");
  }
}
