package io.gitalyrouter.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.route.RouteRule.BucketUnit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limits of the values that say where calls go. */
final class RouteValuesTest {
  private static final Endpoint LOCAL = Endpoint.parse("unix:/gitaly.socket");

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65536})
  void port_out_of_its_range_is_refused_however_it_is_given(int port) {
    assertThatThrownBy(() -> new Endpoint.Tcp("h", port, Token.none()))
        .hasMessageContaining("expected: 1-65535");
    assertThatThrownBy(() -> Endpoint.parse("tcp://h:" + port)).hasMessageContaining("expected: ");
    assertThatThrownBy(() -> Endpoint.parse("tls://h:" + port)).hasMessageContaining("expected: ");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65535})
  void port_at_a_limit_is_one(int port) {
    assertThat(new Endpoint.Tcp("h", port, Token.none()))
        .isEqualTo(Endpoint.parse("tcp://h:" + port));
    assertThat(Endpoint.parse("tls://h:" + port).address()).isEqualTo("tls://h:" + port);
  }

  @Test
  void host_must_be_there() {
    assertThatThrownBy(() -> new Endpoint.Tcp(" ", 1, Token.none())).hasMessageContaining("host");
    assertThatThrownBy(() -> Endpoint.parse(":9999")).hasMessageContaining("expected: ");
    assertThatThrownBy(() -> Endpoint.parse("tcp")).hasMessageContaining("expected: ");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 100.01, Double.NaN})
  void percentage_out_of_its_range_is_refused(double percent) {
    assertThatThrownBy(() -> RouteRule.network("r", percent, BucketUnit.RPC))
        .hasMessageContaining("expected: 0-100");
  }

  @Test
  void percentage_at_a_limit_is_one() {
    assertThatThrownBy(() -> RouteRule.network("r", 1, BucketUnit.RPC).withMaxInFlight(-1))
        .hasMessage("maxInFlight: -1 (expected: >= 0)");
    assertThat(RouteRule.network("r", 0, BucketUnit.RPC).isOn()).isFalse();
    assertThat(RouteRule.network("r", 100, BucketUnit.RPC).networkBuckets())
        .isEqualTo(RouteDecider.BUCKETS);
    assertThat(new RouteRule(Optional.empty(), 50, BucketUnit.RPC).isOn())
        .as("a share without a role")
        .isFalse();
  }

  @Test
  void table_names_a_storage_once_and_takes_a_kill_switch() {
    StorageRoutes routes = StorageRoutes.localOnly("s", LOCAL);
    assertThatThrownBy(() -> RoutingTable.of("t", List.of(routes, routes)))
        .hasMessageContaining("\"s\" is there twice");
    RoutingTable table = RoutingTable.of("t", List.of(routes));
    assertThat(table.killSwitch()).isEmpty();
    assertThat(table.withKillSwitch("why").killSwitch()).contains("why");
    assertThat(table.withKillSwitch("why").storages()).containsOnlyKeys("s");
  }

  @Test
  void tokens_of_one_source_are_equal_and_do_not_tell_the_secret() {
    Path file = Path.of("/etc/token");
    assertThat(Token.file(file))
        .isEqualTo(Token.file(file))
        .hasSameHashCodeAs(Token.file(file))
        .isNotEqualTo(Token.file(Path.of("/etc/other")))
        .hasToString("file(/etc/token)");
    assertThat(Token.file(file).file()).contains(file);
    assertThat(Token.file(file).isNone()).isFalse();
    assertThat(Token.literal("secret"))
        .isEqualTo(Token.literal("secret"))
        .hasSameHashCodeAs(Token.literal("secret"))
        .doesNotHaveSameHashCodeAs(Token.file(file))
        .hasToString("literal(redacted)");
    assertThat(Token.literal("secret").file()).isEmpty();
    assertThat(Token.none()).hasToString("none");
  }

  @Test
  void secret_of_the_greatest_size_is_read_and_a_larger_one_refused(@TempDir Path directory)
      throws IOException {
    Path file =
        Files.createFile(
            directory.resolve("token"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, new byte[Token.MAX_SECRET_BYTES + 1]);
    assertThatThrownBy(() -> Token.file(file).secret()).hasMessageContaining("larger than 4096");
    String secret = "x".repeat(Token.MAX_SECRET_BYTES);
    Files.writeString(file, secret);
    assertThat(Token.file(file).secret()).asString().isEqualTo(secret);
  }
}
