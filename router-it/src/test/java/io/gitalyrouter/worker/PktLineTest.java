package io.gitalyrouter.worker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PktLineTest {

  @Test
  void payload_is_counted_with_its_own_length() {
    assertThat(new String(PktLine.of("hello\n".getBytes(UTF_8)), UTF_8)).isEqualTo("000ahello\n");
    assertThat(new String(PktLine.of(new byte[0]), UTF_8)).isEqualTo("0004");
  }

  @Test
  void lines_are_read_one_by_one() throws IOException {
    InputStream in = stream("0006ab00000005zrest");

    assertThat(PktLine.read(in))
        .hasValueSatisfying(b -> assertThat(new String(b, UTF_8)).isEqualTo("ab"));
    assertThat(PktLine.read(in)).as("a flush line").isEmpty();
    assertThat(PktLine.read(in))
        .hasValueSatisfying(b -> assertThat(new String(b, UTF_8)).isEqualTo("z"));
    assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("rest");
  }

  @Test
  void longest_payload_survives_the_round_trip() throws IOException {
    byte[] longest = new byte[PktLine.MAX_PAYLOAD];

    assertThat(PktLine.read(new ByteArrayInputStream(PktLine.of(longest)))).contains(longest);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PktLine.of(new byte[PktLine.MAX_PAYLOAD + 1]))
        .withMessageContaining("65517");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0001", "0003", "fff1", "00g4", "-004"})
  void malformed_length_is_named(String digits) {
    assertThatThrownBy(() -> PktLine.read(stream(digits + "abcdef")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(digits);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "0008ab"})
  void end_within_a_line_is_not_a_line(String text) {
    assertThatThrownBy(() -> PktLine.read(stream(text))).isInstanceOf(EOFException.class);
  }

  @Test
  void error_is_a_line_that_git_knows_and_is_never_too_long() {
    assertThat(new String(PktLine.error("no"), UTF_8)).isEqualTo("000aERR no");
    assertThat(PktLine.error("x".repeat(70_000))).hasSize(PktLine.MAX_PAYLOAD + 4);
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(US_ASCII));
  }
}
