package io.gitalyrouter.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.AuthEnableRequest;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthRoleAddRequest;
import io.etcd.jetcd.api.AuthRoleGrantPermissionRequest;
import io.etcd.jetcd.api.AuthUserAddRequest;
import io.etcd.jetcd.api.AuthUserGrantRoleRequest;
import io.etcd.jetcd.api.Permission;
import io.gitalyrouter.config.ConfigEvent;
import io.gitalyrouter.config.InvalidConfigException;
import io.gitalyrouter.config.etcd.EtcdDocument;
import io.gitalyrouter.config.etcd.EtcdSettings;
import io.gitalyrouter.config.etcd.EtcdSettings.Tls;
import io.gitalyrouter.route.Token;
import io.gitalyrouter.standin.TestCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An etcd that asks for certificates, and one that asks for a password. */
@ExtendWith(NeedsEtcd.class)
@Timeout(120)
final class EtcdSecurityIT {
  private static final Duration SOON = Duration.ofSeconds(2);

  /** Twice as long as etcd remembers a login in this test, and longer than any look is away. */
  private static final Duration EXPIRED = Duration.ofSeconds(6);

  @TempDir private Path directory;

  @Test
  void server_that_asks_for_a_client_certificate_is_followed_with_one_and_not_without()
      throws Exception {
    TestCertificate authority = TestCertificate.create(folder("ca"));
    TestCertificate server = authority.issue(folder("server"), "etcd");
    TestCertificate client = authority.issue(folder("client"), "git01");
    Tls trusting = Tls.trusting(authority.certificate());
    try (EtcdServer etcd =
        EtcdServer.start(
            directory.resolve("etcd"),
            trusting.withClient(client.certificate(), client.key()),
            List.of(
                "--cert-file=" + server.certificate(),
                "--key-file=" + server.key(),
                "--trusted-ca-file=" + authority.certificate(),
                "--client-cert-auth"))) {
      etcd.awaitServing();
      etcd.write(Follower.document(10));
      try (Follower follower = Follower.of(etcd.settings())) {
        etcd.write(Follower.document(20));
        follower.awaitPercent(20, SOON);
      }
      assertThatThrownBy(() -> Follower.of(etcd.settings().withTls(trusting)))
          .isInstanceOf(InvalidConfigException.class)
          .hasMessageContaining("no endpoint of etcd answers (https://127.0.0.1:");
      assertThatThrownBy(() -> Follower.of(etcd.settings().withTls(Tls.PLATFORM)))
          .as("its certificate is not one of the platform's")
          .hasMessageContaining("unable to find valid certification path");
    }
  }

  @Test
  void login_is_renewed_when_its_token_expires_and_the_password_is_never_shown()
      throws IOException {
    try (EtcdServer etcd =
        EtcdServer.start(directory.resolve("etcd"), Tls.PLATFORM, List.of("--auth-token-ttl=1"))) {
      etcd.awaitServing();
      etcd.write(Follower.document(10));
      enableLogin(etcd);
      Path file = directory.resolve("password");
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, "s3cr3t\n");
      EtcdSettings settings = etcd.settings().withLogin("router", Token.file(file));
      assertThat(settings.toString()).doesNotContain("s3cr3t");
      try (Follower follower = Follower.of(settings)) {
        await()
            .during(EXPIRED)
            .atMost(EXPIRED.plusSeconds(5))
            .until(() -> follower.status().age().orElseThrow().compareTo(EXPIRED) < 0);
        EtcdDocument document =
            EtcdDocument.of(etcd.settings().withLogin("root", Token.literal("s3cr3t-root")));
        document.replace(
            document.read().revision(), Follower.document(20).getBytes(StandardCharsets.UTF_8));
        follower.awaitPercent(20, SOON);
        assertThat(follower.events(ConfigEvent.Refused.class)).isEmpty();
      }
      assertThatThrownBy(() -> EtcdDocument.of(settings).replace(0, new byte[0]))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("permission denied");
      assertThatThrownBy(
              () -> Follower.of(etcd.settings().withLogin("router", Token.literal("s3cr3t-wrong"))))
          .hasMessageContaining("refuses (etcdserver: authentication failed")
          .hasMessageNotContaining("s3cr3t");
      assertThatThrownBy(() -> Follower.of(etcd.settings()))
          .hasMessageContaining("refuses (etcdserver: user name is empty)");
    }
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name));
  }

  private static void enableLogin(EtcdServer etcd) {
    Object unused =
        etcd.ask(
            channel -> {
              AuthGrpc.AuthBlockingStub auth = AuthGrpc.newBlockingStub(channel);
              addUser(auth, "root", "s3cr3t-root", "root");
              auth.roleAdd(AuthRoleAddRequest.newBuilder().setName("reader").build());
              auth.roleGrantPermission(
                  AuthRoleGrantPermissionRequest.newBuilder()
                      .setName("reader")
                      .setPerm(
                          Permission.newBuilder()
                              .setPermType(Permission.Type.READ)
                              .setKey(ByteString.copyFromUtf8(EtcdSettings.DEFAULT_KEY)))
                      .build());
              addUser(auth, "router", "s3cr3t", "reader");
              return auth.authEnable(AuthEnableRequest.getDefaultInstance());
            });
  }

  private static void addUser(
      AuthGrpc.AuthBlockingStub auth, String name, String password, String role) {
    auth.userAdd(AuthUserAddRequest.newBuilder().setName(name).setPassword(password).build());
    auth.userGrantRole(AuthUserGrantRoleRequest.newBuilder().setUser(name).setRole(role).build());
  }
}
