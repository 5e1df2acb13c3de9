package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gitalyrouter.config.source.SourceContent;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that a document names, on a real file system. */
final class HostPlanTest {
  @TempDir private Path directory;
  private Path token;
  private Path ca;
  private Path cert;
  private Path key;

  @BeforeEach
  void writeFiles() throws Exception {
    token = directory.resolve("token");
    Files.writeString(token, "s3cr3t\n");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    ca = directory.resolve("ca.pem");
    Files.writeString(ca, Samples.CERTIFICATE);
    X509Bundle client =
        new CertificateBuilder()
            .subject("CN=client")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    cert = Files.writeString(directory.resolve("client.pem"), client.getCertificatePEM());
    key = Files.writeString(directory.resolve("client.key"), client.getPrivateKeyPEM());
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void good_files_are_no_problem() {
    assertThat(plan("git01", "").warnings()).isEmpty();
  }

  @Test
  void token_file_that_is_missing_is_a_problem_at_its_key() throws IOException {
    Files.delete(token);

    assertThat(problems("git01"))
        .containsExactly(
            "router.yaml:7:19 storages.one.network.token_file: token file "
                + token
                + " does not exist; create it, or correct token_file");
  }

  @Test
  void token_file_that_others_can_read_is_a_problem_at_its_key() throws IOException {
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(problems("git01"))
        .containsExactly(
            "router.yaml:7:19 storages.one.network.token_file: token file "
                + token
                + " is open to other users; run: chmod o-rwx "
                + token);
  }

  @Test
  void token_and_certificate_files_that_are_empty_are_reported_together() throws IOException {
    Files.writeString(token, "\n");
    Files.writeString(ca, "");

    assertThat(problems("git01"))
        .containsExactly(
            "router.yaml:7:19 storages.one.network.token_file: token file "
                + token
                + " is empty; write the secret into it",
            "router.yaml:8:16 storages.one.network.ca_file: certificate file "
                + ca
                + " holds no certificate; point ca_file at a file with PEM certificates");
  }

  @Test
  void certificate_file_that_is_no_certificate_is_a_problem() throws IOException {
    Files.writeString(ca, "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n");

    assertThat(problems("git01"))
        .containsExactly(
            "router.yaml:8:16 storages.one.network.ca_file: certificate file "
                + ca
                + " does not hold PEM certificates; point ca_file at a file that does");
  }

  @Test
  void key_file_that_others_can_read_is_a_problem_at_its_key() throws IOException {
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(problems("git01"))
        .containsExactly(
            "router.yaml:10:17 storages.one.network.key_file: key file "
                + key
                + " is open to other users; run: chmod o-rwx "
                + key);
  }

  @Test
  void client_certificate_of_another_key_is_a_problem_and_a_missing_one_at_its_key()
      throws IOException {
    Files.writeString(cert, Samples.CERTIFICATE);
    assertThat(problems("git01"))
        .containsExactly(
            "router.yaml:10:17 storages.one.network.key_file: key file "
                + key
                + " is damaged, or not the key of the first certificate in "
                + cert
                + "; write both anew");

    Files.delete(cert);
    assertThat(problems("git01"))
        .containsExactly(
            "router.yaml:9:18 storages.one.network.cert_file: certificate file "
                + cert
                + " does not exist; create it, or correct cert_file");
  }

  @Test
  void lost_network_token_never_keeps_a_host_from_going_back_to_local() throws IOException {
    Files.delete(token);

    assertThat(plan("git02", "").warnings())
        .as("the role is off on this host")
        .singleElement()
        .asString()
        .contains("does not exist");
    assertThat(plan("git01", "kill_switch: true\n").warnings())
        .as("the kill switch is on")
        .hasSize(1);
  }

  @Test
  void host_that_is_not_listed_is_one_clear_warning() {
    assertThat(plan("git03", "").warnings())
        .extracting(ConfigProblem::toString)
        .containsExactly(
            "router.yaml: host \"git03\" is not listed under hosts (listed: git01, git02);"
                + " it has no roles: every call is local");
  }

  @Test
  void pattern_that_an_earlier_one_leaves_no_host_to_is_a_warning_at_its_line() {
    String more = "  git*: { roles: [] }\n  git1*: { roles: [] }\n  '*': { roles: [] }\n";

    assertThat(plan("git12", more).warnings())
        .extracting(ConfigProblem::toString)
        .containsExactly(
            "router.yaml:17:3 hosts.git1*: never used: \"git*\" in line 16 matches all of its hosts"
                + " first; put it before that one, or remove it");
  }

  private List<String> problems(String host) {
    InvalidConfigException thrown =
        catchThrowableOfType(InvalidConfigException.class, () -> plan(host, ""));
    assertThat(thrown).as("the document is refused").isNotNull();
    return thrown.problems().stream().map(ConfigProblem::toString).toList();
  }

  private HostPlan plan(String host, String more) {
    String text =
        """
        version: 1
        storages:
          one:
            local: { address: "unix:/run/gitaly.socket" }
            network:
              address: "tls://file01.example.com:9999"
              token_file: TOKEN
              ca_file: CA
              cert_file: CERT
              key_file: KEY
        roles:
          network-gitaly: { route: network, storages: all }
        hosts:
          git01: { roles: [network-gitaly] }
          git02: { roles: [] }
        """
            .replace("TOKEN", token.toString())
            .replace("CA", ca.toString())
            .replace("CERT", cert.toString())
            .replace("KEY", key.toString());
    byte[] bytes = (text + more).getBytes(StandardCharsets.UTF_8);
    return HostPlan.of(SourceContent.of("router.yaml", bytes), host);
  }
}
