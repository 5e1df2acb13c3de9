package io.gitalyrouter.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointTest {
  @ParameterizedTest
  @CsvSource({
    "unix:/var/opt/gitaly.socket, unix:/var/opt/gitaly.socket",
    "unix:///var/opt/gitaly.socket, unix:/var/opt/gitaly.socket",
    "tcp://file01.example.com:9999, tcp://file01.example.com:9999",
    "tcp://[::1]:9999, tcp://[::1]:9999",
    "tls://10.0.0.7:9999, tls://10.0.0.7:9999",
    "dns:gitaly.internal:8075, dns:gitaly.internal:8075",
    "dns:///gitaly.internal:8075, dns:///gitaly.internal:8075",
    "dns://10.0.0.2:53/gitaly.internal:8075, dns://10.0.0.2:53/gitaly.internal:8075"
  })
  void address_is_read_and_written_back(String address, String written) {
    assertThat(Endpoint.parse(address).address()).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "file01:9999",
        "/var/opt/gitaly.socket",
        "unix:gitaly.socket",
        "unix://foo/bar",
        "unix:/",
        "tcp://file01",
        "tcp://file01:9999/path",
        "tcp:/file01:9999",
        "tcp://:9999",
        "tls://",
        "dns:",
        "dns:host:",
        "http://file01:80"
      })
  void other_spelling_is_refused_with_the_forms_that_are_not(String address) {
    assertThatThrownBy(() -> Endpoint.parse(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: unix:/abs/path, tcp://host:port");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file01:9999",
        "/var/opt/gitaly.socket",
        "unix:gitaly.socket",
        "unix://run/gitaly.sock",
        "tcp//file01.example.com:9999",
        "http://file01:80"
      })
  void what_surely_is_an_address_is_shown(String address) {
    assertThatThrownBy(() -> Endpoint.parse(address))
        .hasMessageStartingWith("address: \"" + address + "\" (expected: unix:/abs/path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3cr3t",
        "tcp:s3cr3t",
        "tcp://s3cr3t",
        "dns:s3cr3t:",
        "unix:s3cr3t",
        "v2:s3cr3t",
        "/s3cr3t",
        "a.s3cr3t.c",
        "s3cr3t+/=:9999",
        "tcp://file01:s3cr3t",
        "http://file01:80/s3cr3t",
        "https://user:s3cr3t@file01:80"
      })
  void what_may_be_a_secret_is_not_shown(String misplaced) {
    assertThatThrownBy(() -> Endpoint.parse(misplaced))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(misplaced.length() + " characters that are no address, not shown")
        .message()
        .doesNotContain("s3cr3t");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp://file01:0", "tcp://file01:65536", "tls://file01:99999"})
  void port_out_of_range_is_refused_with_the_range(String address) {
    assertThatThrownBy(() -> Endpoint.parse(address)).hasMessageContaining("expected: 1-65535");
  }

  @Test
  void socket_path_over_the_limit_is_refused_with_both_lengths() {
    String longest = "unix:/" + "a".repeat(106);
    assertThat(Endpoint.parse(longest).address()).isEqualTo(longest);
    assertThatThrownBy(() -> Endpoint.parse(longest + "a"))
        .hasMessageContaining("has 108 bytes")
        .hasMessageContaining("at most 107");
    assertThatThrownBy(() -> Endpoint.parse("unix:/" + "ä".repeat(54)))
        .as("the limit counts bytes")
        .hasMessageContaining("has 109 bytes");
  }
}
