package io.gitalyrouter.route;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the router shows to a server that asks who it is: a certificate and its private key. Its
 * text form has the names of the files only. <em>Immutable.</em>
 *
 * @param certFile the certificate, followed by those between it and its root, in PEM form; an
 *     absolute path
 * @param keyFile its private key, RSA or EC, in PEM form (PKCS #8, not encrypted); an absolute path
 */
public record ClientIdentity(Path certFile, Path keyFile) {
  /** The longest key file accepted, in bytes. */
  static final int MAX_KEY_BYTES = 65536;

  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);
  private static final byte[] PROBE = "is this the key?".getBytes(StandardCharsets.US_ASCII);

  /** Checks the paths. */
  public ClientIdentity {
    for (Path file : List.of(certFile, keyFile)) {
      if (!file.isAbsolute()) {
        throw new IllegalArgumentException(
            "client identity: " + file + " (expected: an absolute path)");
      }
    }
  }

  /**
   * Reads the certificates, the router's own first. Blocks on the file system.
   *
   * @throws IOException with a message that names the file, what is wrong and what to do
   */
  public List<X509Certificate> certificates() throws IOException {
    return new CertificateFile(certFile, "cert_file").read();
  }

  /**
   * Reads the private key of a certificate. Blocks on the file system.
   *
   * @param owner the certificate that it must belong to
   * @throws IOException with a message that names the file, what is wrong and what to do: it is
   *     missing, unreadable, open to other users, no PKCS #8 key, or the key of another certificate
   */
  public PrivateKey key(X509Certificate owner) throws IOException {
    SecretFile secret =
        new SecretFile(keyFile, "key file", "key_file", "one PEM private key", MAX_KEY_BYTES);
    String pem = new String(secret.read(), StandardCharsets.US_ASCII);
    PublicKey published = owner.getPublicKey();
    String signature =
        switch (published.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default ->
              throw secret.wrong(
                  "is for a certificate with a key of type %s; make one with an RSA or EC key",
                  published.getAlgorithm());
        };
    Matcher block = PKCS8.matcher(pem);
    if (!block.find()) {
      throw secret.wrong(
          pem.contains("PRIVATE KEY-----")
              ? "is not a whole PKCS #8 key without a passphrase;"
                  + " write it anew, or convert it with: openssl pkcs8 -topk8 -nocrypt"
              : "holds no PEM private key; point key_file at a file with one");
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(block.group(1));
      PrivateKey key =
          KeyFactory.getInstance(published.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
      if (isPair(key, published, Signature.getInstance(signature))) {
        return key;
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // Damaged. What the parsers say is left out: it may have parts of the key.
    }
    throw secret.wrong(
        "is damaged, or not the key of the first certificate in %s; write both anew", certFile);
  }

  private static boolean isPair(PrivateKey key, PublicKey published, Signature signature)
      throws GeneralSecurityException {
    signature.initSign(key);
    signature.update(PROBE);
    byte[] signed = signature.sign();
    signature.initVerify(published);
    signature.update(PROBE);
    return signature.verify(signed);
  }
}
