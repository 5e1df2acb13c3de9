package io.gitalyrouter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.junit.jupiter.api.Test;

final class GitalyTokenTest {
  private static final byte[] FOO = "foo".getBytes(StandardCharsets.UTF_8);

  /** Both sums are Gitaly's own test vectors for the secret "foo". */
  @Test
  void signature_is_what_gitaly_computes() throws Exception {
    assertThat(GitalyToken.sign(FOO, 1535671615))
        .isEqualTo(
            "v2.3346cb25ecdb928defd368e7390522a86764bbdf1e8b21aaef27c4c23ec9c899.1535671615");
    assertThat(GitalyToken.sign(FOO, 1535671585))
        .isEqualTo(
            "v2.b77158328e80be2984eaf08788419d25f3484eae484aec1297af6bdf1a456610.1535671585");
  }

  @Test
  void text_form_shows_no_secret() {
    assertThat(new GitalyToken(FOO, Clock.systemUTC()).toString())
        .isEqualTo("GitalyToken(redacted)");
  }
}
