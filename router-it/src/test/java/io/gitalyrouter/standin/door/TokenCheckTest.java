package io.gitalyrouter.standin.door;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** Known tokens of the secret {@code foo} against a clock that stands still. */
final class TokenCheckTest {
  private static final long ISSUED = 1_535_671_615;
  private static final String SIGNATURE =
      "3346cb25ecdb928defd368e7390522a86764bbdf1e8b21aaef27c4c23ec9c899";
  private static final String GOOD = "Bearer v2." + SIGNATURE + "." + ISSUED;
  private static final String OTHER_GOOD =
      "bearer v2.b77158328e80be2984eaf08788419d25f3484eae484aec1297af6bdf1a456610.1535671585";

  @ParameterizedTest
  @ValueSource(longs = {-30, 0, 30})
  void known_token_passes_within_thirty_seconds(long seconds) {
    assertThat(judge(GOOD, ISSUED + seconds)).isEqualTo(Status.OK);
  }

  @Test
  void second_known_token_passes() {
    assertThat(judge(OTHER_GOOD, 1_535_671_585)).isEqualTo(Status.OK);
  }

  @ParameterizedTest
  @CsvSource({"31,token has expired", "-31,validity window is in future"})
  void known_token_is_denied_outside_the_window(long seconds, String reason) {
    assertDenied(judge(GOOD, ISSUED + seconds), reason);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "Basic Zm9v",
        "Bearer foo",
        "Bearer v2." + SIGNATURE,
        "Bearer v2." + SIGNATURE + "." + ISSUED + ".more",
        "Bearer v2.nothex." + ISSUED
      })
  void malformed_header_is_unauthenticated(String header) {
    Status status = judge(header, ISSUED);

    assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(status.getDescription()).isEqualTo("authentication required");
  }

  @ParameterizedTest
  @CsvSource({
    "v1," + SIGNATURE + ",1535671615,invalid token version",
    "v2," + SIGNATURE + ",1535671616,wrong hmac signature",
    "v2,00,1535671615,wrong hmac signature"
  })
  void wrong_token_is_denied(String version, String signature, String seconds, String reason) {
    assertDenied(judge("Bearer " + version + "." + signature + "." + seconds, ISSUED), reason);
  }

  @Test
  void empty_secret_is_refused() {
    assertThatThrownBy(() -> new TokenCheck(new byte[0], InstantSource.system()))
        .hasMessageContaining("secret: empty");
  }

  private static void assertDenied(Status status, String reason) {
    assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(status.getDescription()).isEqualTo("permission denied: " + reason);
  }

  private static Status judge(String header, long nowSeconds) {
    InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(nowSeconds));
    return new TokenCheck("foo".getBytes(UTF_8), clock).judge(header);
  }
}
