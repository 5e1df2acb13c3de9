package io.gitalyrouter.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsRangesTest {
  @ParameterizedTest
  @CsvSource({
    "0,   0,          0,          0,     networkSharePercent",
    "100, 0,          0,          0,     networkSharePercent",
    "70,  -1,         0,          0,     replayCallBytes",
    "70,  1073741825, 0,          0,     replayCallBytes",
    "70,  0,          -1,         0,     replayRouterBytes",
    "70,  0,          0,          -1,    stickyAfterWrite",
    "70,  0,          0,          60001, stickyAfterWrite"
  })
  void failover_setting_out_of_its_range_is_refused_by_name(
      int share, long call, long router, long stickyMillis, String name) {
    assertThatThrownBy(
            () -> new FailoverSettings(share, call, router, Duration.ofMillis(stickyMillis)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(name + ": ")
        .hasMessageContaining("expected: ");
  }

  @Test
  void pings_more_often_than_old_servers_bear_are_refused() {
    assertThatThrownBy(() -> connection(0, 19_999, 1)).hasMessageStartingWith("connectTimeout: ");
    assertThatThrownBy(() -> connection(1, 19_999, 1)).hasMessageStartingWith("keepAliveTime: ");
    assertThatThrownBy(() -> connection(1, 20_000, 0)).hasMessageStartingWith("keepAliveTimeout");
    assertThat(connection(1, 20_000, 1).keepAliveTime()).contains(Duration.ofSeconds(20));
  }

  @Test
  void unix_socket_has_no_connection_settings() {
    Endpoint unix = Endpoint.parse("unix:/a");
    assertThat(unix.withConnection(ConnectionSettings.DEFAULT)).isSameAs(unix);
    assertThatThrownBy(() -> unix.withConnection(connection(1, 20_000, 1)))
        .hasMessageStartingWith("connection of unix:/a: ");
  }

  @Test
  void endpoints_with_different_connections_are_different_and_keep_theirs() {
    for (String address : new String[] {"tcp://a:1", "tls://a:1", "dns:a:1"}) {
      Endpoint plain = Endpoint.parse(address);
      Endpoint own = plain.withConnection(connection(1, 20_000, 1));
      assertThat(own).isNotEqualTo(plain);
      assertThat(own.withToken(Token.literal("t")).connection()).isEqualTo(own.connection());
      assertThat(own.withConnection(ConnectionSettings.DEFAULT)).isEqualTo(plain);
    }
  }

  private static ConnectionSettings connection(long connect, long ping, long timeout) {
    return new ConnectionSettings(
        Optional.of(Duration.ofMillis(connect)),
        Optional.of(Duration.ofMillis(ping)),
        Optional.of(Duration.ofMillis(timeout)));
  }
}
