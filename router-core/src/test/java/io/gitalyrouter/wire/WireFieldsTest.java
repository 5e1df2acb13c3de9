package io.gitalyrouter.wire;

import static io.gitalyrouter.fixture.WireBytes.bytes;
import static io.gitalyrouter.fixture.WireBytes.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WireFieldsTest {
  @Test
  void fields_of_all_kinds_come_in_their_order() {
    WireFields fields =
        new WireFields(
            bytes("\u0008\u0005" + field(2, "text") + "\u001d1234" + "!12345678" + field(5, "")));
    assertThat(fields.next()).isTrue();
    assertThat(fields.number()).isEqualTo(1);
    assertThat(fields.asNumber()).isEqualTo(5);
    assertThat(fields.hasContent()).isFalse();
    assertThat(fields.next()).isTrue();
    assertThat(fields.number()).isEqualTo(2);
    assertThat(fields.asText()).isEqualTo("text");
    assertThat(fields.asNumber()).isZero();
    assertThat(fields.next()).isTrue();
    assertThat(fields.number()).isEqualTo(3);
    assertThat(fields.next()).isTrue();
    assertThat(fields.number()).isEqualTo(4);
    assertThat(fields.next()).isTrue();
    assertThat(fields.number()).isEqualTo(5);
    assertThat(fields.hasContent()).isFalse();
    assertThat(fields.next()).isFalse();
    assertThat(fields.next()).isFalse();
  }

  @Test
  void message_within_a_message_ends_where_it_ends() {
    WireFields fields =
        new WireFields(bytes(field(1, field(2, "a") + field(3, "b")) + field(4, "c")));
    assertThat(fields.next()).isTrue();
    WireFields inner = fields.asMessage();
    assertThat(inner.next()).isTrue();
    assertThat(inner.asText()).isEqualTo("a");
    assertThat(inner.next()).isTrue();
    assertThat(inner.asText()).isEqualTo("b");
    assertThat(inner.next()).isFalse();
    assertThat(fields.next()).isTrue();
    assertThat(fields.asText()).isEqualTo("c");
  }

  @Test
  void message_that_is_entered_ends_where_it_ends_and_is_left_to_what_follows() {
    WireFields fields =
        new WireFields(bytes(field(1, field(2, "a") + field(3, "b")) + field(4, "c")));
    assertThat(fields.next()).isTrue();
    int outer = fields.enter();
    assertThat(fields.next()).isTrue();
    assertThat(fields.asText()).isEqualTo("a");
    fields.leave(outer);
    assertThat(fields.next()).as("what was not read is passed over").isTrue();
    assertThat(fields.asText()).isEqualTo("c");
    assertThat(fields.next()).isFalse();
  }

  @Test
  void numbers_of_several_bytes_are_read_whole() {
    WireFields fields =
        new WireFields(new byte[] {8, (byte) 0xAC, 2, 8, (byte) 0x80, (byte) 0x80, 4});
    assertThat(fields.next()).isTrue();
    assertThat(fields.asNumber()).isEqualTo(300);
    assertThat(fields.next()).isTrue();
    assertThat(fields.asNumber()).isEqualTo(1 << 16);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u0008", "\n\u0005abc", "\u000b", "\u001d12", "!123456"})
  void broken_message_is_refused(String message) {
    assertThatThrownBy(() -> readAll(bytes(message)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no protobuf message");
  }

  @Test
  void number_that_never_ends_is_refused() {
    byte[] endless = new byte[12];
    java.util.Arrays.fill(endless, (byte) 0x80);
    assertThatThrownBy(() -> readAll(endless)).hasMessageContaining("number too long");
  }

  @Test
  void any_bytes_are_read_or_refused() {
    Random random = new Random(20);
    for (int i = 0; i < 100_000; i++) {
      byte[] message = new byte[random.nextInt(24)];
      random.nextBytes(message);
      try {
        assertThat(readAll(message)).isLessThanOrEqualTo(message.length);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining("no protobuf message");
      }
    }
  }

  private static int readAll(byte[] message) {
    WireFields fields = new WireFields(message);
    int count = 0;
    while (fields.next()) {
      count++;
    }
    return count;
  }
}
