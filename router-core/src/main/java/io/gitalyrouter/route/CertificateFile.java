package io.gitalyrouter.route;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A file with certificates in PEM form. <em>Immutable.</em>
 *
 * @param file where it lies
 * @param key the configuration key that names it
 */
record CertificateFile(Path file, String key) {
  private static final long MAX_BYTES = 16L << 20;

  /**
   * All its certificates, at least one, in order. Blocks on the file system.
   *
   * @throws IOException with a message that names the file, what is wrong and what to do
   */
  List<X509Certificate> read() throws IOException {
    if (!Files.exists(file)) {
      throw wrong("does not exist; create it, or correct " + key);
    }
    if (!Files.isRegularFile(file)) {
      throw wrong("is not a file; point " + key + " at a file with PEM certificates");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw wrong("is larger than " + MAX_BYTES + " bytes; point " + key + " at PEM certificates");
    }
    List<X509Certificate> certificates;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
    } catch (CertificateException e) {
      throw wrong("does not hold PEM certificates; point " + key + " at a file that does");
    } catch (IOException e) {
      throw wrong("cannot be read by this process; give its user read permission");
    }
    if (certificates.isEmpty()) {
      throw wrong("holds no certificate; point " + key + " at a file with PEM certificates");
    }
    return certificates;
  }

  private IOException wrong(String what) {
    return new IOException("certificate file " + file + " " + what);
  }
}
