package io.gitalyrouter.config.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.config.etcd.EtcdSettings.Tls;
import io.gitalyrouter.route.Token;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EtcdSettingsTest {

  @Test
  void endpoints_are_read_as_etcds_own_tools_write_them() {
    assertThat(EtcdSettings.of("http://a:1, https://b.example.com/ ,c:3,[::1]:4").endpoints())
        .containsExactly(
            new EtcdEndpoint("a", 1, /* isTls= */ false),
            new EtcdEndpoint("b.example.com", 2379, /* isTls= */ true),
            new EtcdEndpoint("c", 3, /* isTls= */ false),
            new EtcdEndpoint("[::1]", 4, /* isTls= */ false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a:1,", "ftp://a:1", "http://a:0", "http://a:99999", "http://a:1/path", "a b"})
  void other_texts_are_refused(String endpoints) {
    assertThatThrownBy(() -> EtcdSettings.of(endpoints))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: http://host:2379, https://host:2379 or host:2379");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://user:s3cr3t@a:1", "user:s3cr3t@a b"})
  void password_in_an_endpoint_is_refused_and_not_shown(String endpoint) {
    assertThatThrownBy(() -> EtcdSettings.of(endpoint))
        .isInstanceOf(IllegalArgumentException.class)
        .hasStackTraceContaining("has a user")
        .satisfies(e -> assertThat(e.getCause()).isNull())
        .hasMessageNotContaining("s3cr3t");
  }

  @Test
  void text_form_has_no_password() {
    EtcdSettings settings = EtcdSettings.of("a:1").withLogin("root", Token.literal("s3cr3t"));

    assertThat(settings.toString()).doesNotContain("s3cr3t");
    assertThat(EtcdSource.of(settings)).asString().doesNotContain("s3cr3t");
  }

  @Test
  void half_a_client_certificate_and_an_empty_key_are_refused() {
    Optional<Path> file = Optional.of(Path.of("/cert.pem"));
    assertThatThrownBy(() -> new Tls(Optional.empty(), file, Optional.empty()))
        .hasMessageContaining("expected: both, or none");
    assertThatThrownBy(() -> EtcdSettings.of("a:1").withKey(" "))
        .hasMessageContaining("key: empty");
  }

  @Test
  void pause_grows_to_a_second_at_most_and_looks_are_spread() {
    SplittableRandom random = new SplittableRandom(1);
    for (int failures = 0; failures < 1000; failures++) {
      assertThat(EtcdTiming.DEFAULT.pause(failures, random))
          .isBetween(Duration.ofMillis(25), Duration.ofSeconds(1));
      assertThat(EtcdTiming.DEFAULT.nextReread(random))
          .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));
    }
    assertThat(EtcdTiming.DEFAULT.pause(0, random)).isLessThanOrEqualTo(Duration.ofMillis(50));
    assertThat(EtcdTiming.DEFAULT.answer(0)).isEqualTo(Duration.ofSeconds(2));
    assertThat(EtcdTiming.DEFAULT.answer(1000)).isEqualTo(Duration.ofSeconds(8));
  }
}
