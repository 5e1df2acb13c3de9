package io.gitalyrouter.standin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A fresh self-signed certificate for 127.0.0.1, as the PEM files that a server is given.
 * <em>Immutable.</em>
 */
public record TestCertificate(Path certificate, Path key) {
  static final String PASSWORD = "changeit";

  /** Makes one, with its key, in a directory. */
  public static TestCertificate create(Path directory) throws Exception {
    Path store = directory.resolve("store.p12");
    keytool(
        "-genkeypair",
        "-keyalg",
        "EC",
        "-alias",
        "server",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=ip:127.0.0.1",
        "-storetype",
        "PKCS12",
        "-storepass",
        PASSWORD,
        "-keystore",
        store.toString());
    return new TestCertificate(
        pem(
            directory.resolve("cert.pem"),
            "CERTIFICATE",
            keys(store).getCertificate("server").getEncoded()),
        privateKey(store, "server", directory.resolve("key.pem")));
  }

  /** Runs the JDK's keytool. */
  static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    Process keytool = new ProcessBuilder(command).inheritIO().start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool failed");
    }
  }

  /** Writes a store's private key as a PEM file. */
  static Path privateKey(Path store, String alias, Path file) throws Exception {
    return pem(file, "PRIVATE KEY", keys(store).getKey(alias, PASSWORD.toCharArray()).getEncoded());
  }

  private static KeyStore keys(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static Path pem(Path file, String type, byte[] content) throws IOException {
    String body = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
  }
}
