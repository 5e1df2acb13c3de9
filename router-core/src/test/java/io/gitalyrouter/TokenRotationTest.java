package io.gitalyrouter;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.fixture.TestGitaly;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.route.Token;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TokenRotationTest {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir private Path directory;

  private Path secret(String content) throws IOException {
    Path next = Files.writeString(directory.resolve("token.new"), content);
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
    return Files.move(next, directory.resolve("token"), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void replaced_secret_signs_the_calls_that_follow_and_a_bad_file_changes_nothing()
      throws Exception {
    Path file = secret("first");
    Queue<RouterEvent> events = new ConcurrentLinkedQueue<>();
    try (TestGitaly local = TestGitaly.onUnix("local", directory.resolve("gitaly.socket"));
        GitalyRouter router =
            GitalyRouter.builder()
                .listener(events::add)
                .build(
                    RoutingTable.of(
                        "test",
                        List.of(
                            StorageRoutes.localOnly(
                                "s", local.endpoint().withToken(Token.file(file))))))) {
      assertThat(isSignedWith("first", router, local)).isTrue();
      secret("second");
      await().until(() -> isSignedWith("second", router, local));

      Files.delete(file);
      await().until(() -> events.stream().anyMatch(Trouble.class::isInstance));
      assertThat(isSignedWith("second", router, local)).isTrue();
      assertThat(events.stream().filter(Trouble.class::isInstance).toList())
          .singleElement()
          .asString()
          .contains("does not exist", file.toString())
          .doesNotContain("second");
    }
  }

  private static boolean isSignedWith(String secret, GitalyRouter router, TestGitaly local)
      throws GeneralSecurityException {
    var unused =
        ClientCalls.blockingUnaryCall(router.channel("s"), FIND_COMMIT, CallOptions.DEFAULT, "a");
    List<TestGitaly.Received> received = local.received();
    Metadata headers = received.get(received.size() - 1).headers();
    String header = Objects.requireNonNull(headers.get(AUTHORIZATION), "authorization");
    String[] parts = header.substring("Bearer ".length()).split("\\.", -1);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] sum = mac.doFinal(parts[2].getBytes(StandardCharsets.US_ASCII));
    return parts[1].equals(HexFormat.of().formatHex(sum));
  }
}
