package io.gitalyrouter.standin;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A certificate authority for tests, and one server's key that it signs. <em>Immutable.</em> */
public final class TestAuthority {
  private static final String CA = "ca";
  private static final String SERVER = "server";

  private final Path store;
  private final Path request;

  private TestAuthority(Path directory) throws Exception {
    this.store = directory.resolve("store.p12");
    this.request = directory.resolve("request.pem");
    keytool("-genkeypair", "-keyalg", "EC", "-alias", CA, "-dname", "CN=Test CA", "-ext", "bc:c");
    keytool("-genkeypair", "-keyalg", "EC", "-alias", SERVER, "-dname", "CN=gitaly");
    keytool("-certreq", "-alias", SERVER, "-file", request.toString());
    keytool("-exportcert", "-rfc", "-alias", CA, "-file", directory.resolve("ca.pem").toString());
  }

  /** Makes one in a directory of its own. */
  public static TestAuthority create(Path directory) throws Exception {
    return new TestAuthority(directory);
  }

  /** What a client trusts. */
  public Path certificate() {
    return store.resolveSibling("ca.pem");
  }

  /**
   * Signs the server's key, and writes {@code cert.pem} and {@code key.pem} to a directory.
   *
   * @param name whom it is for, such as {@code ip:127.0.0.1}
   * @param dates keytool's options for its dates; none for now and 90 days
   */
  public Path issue(Path directory, String name, String... dates) throws Exception {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-gencert",
                "-rfc",
                "-alias",
                CA,
                "-infile",
                request.toString(),
                "-outfile",
                directory.resolve("cert.pem").toString(),
                "-ext",
                "san=" + name));
    options.addAll(Arrays.asList(dates));
    keytool(options.toArray(String[]::new));
    if (!Files.exists(directory.resolve("key.pem"))) {
      TestCertificate.privateKey(store, SERVER, directory.resolve("key.pem"));
    }
    return directory;
  }

  private void keytool(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "-storetype",
            "PKCS12",
            "-storepass",
            TestCertificate.PASSWORD,
            "-keystore",
            store.toString()));
    TestCertificate.keytool(all.toArray(String[]::new));
  }
}
