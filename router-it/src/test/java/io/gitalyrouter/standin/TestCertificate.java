package io.gitalyrouter.standin;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A fresh certificate for 127.0.0.1, as the PEM files that a server or a client is given.
 * <em>Immutable.</em>
 *
 * @param certificate the certificate
 * @param key its key; only this user can read it
 * @param bundle both in memory
 */
public record TestCertificate(Path certificate, Path key, X509Bundle bundle) {

  /** Makes one that signs itself and others, with its key, in a directory. */
  public static TestCertificate create(Path directory) throws Exception {
    return write(directory, builder("localhost").setIsCertificateAuthority(true).buildSelfSigned());
  }

  /** Makes one that this one signs, in another directory. */
  public TestCertificate issue(Path directory, String name) throws Exception {
    return write(directory, builder(name).buildIssuedBy(bundle));
  }

  private static CertificateBuilder builder(String name) {
    return new CertificateBuilder().ecp256().subject("CN=" + name).addSanIpAddress("127.0.0.1");
  }

  private static TestCertificate write(Path directory, X509Bundle bundle) throws IOException {
    Path key = Files.writeString(directory.resolve("key.pem"), bundle.getPrivateKeyPEM());
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    return new TestCertificate(
        Files.writeString(directory.resolve("cert.pem"), bundle.getCertificatePEM()), key, bundle);
  }
}
