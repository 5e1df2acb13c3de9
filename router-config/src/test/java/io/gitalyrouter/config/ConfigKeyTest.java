package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConfigKeyTest {

  @Test
  void reference_document_lists_exactly_the_declared_keys() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("docs", "configuration.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(0, line.lastIndexOf("| ", line.length() - 3)))
            .toList();

    assertThat(rows)
        .as("all columns but the last, which says what the key means")
        .containsExactlyElementsOf(
            Arrays.stream(ConfigKey.values()).map(ConfigKeyTest::row).toList());
  }

  @Test
  void keys_of_a_mapping_are_its_own_and_not_those_below() {
    assertThat(ConfigKey.within(""))
        .containsExactly(
            "version",
            "kill_switch",
            "stale_after",
            "breaker",
            "failover",
            "storages",
            "roles",
            "hosts");
    assertThat(ConfigKey.within("storages.<storage>")).containsExactly("local", "network");
    assertThat(ConfigKey.within("storages.<storage>.network"))
        .containsExactly(
            "address",
            "token_file",
            "ca_file",
            "cert_file",
            "key_file",
            "insecure_inline_token",
            "connect_timeout",
            "keepalive",
            "keepalive_timeout");
  }

  private static String row(ConfigKey key) {
    return "| `"
        + String.join("` | ", key.path(), key.type())
        + " | "
        + String.join(" | ", key.range(), key.defaultValue(), "yes")
        + " ";
  }
}
