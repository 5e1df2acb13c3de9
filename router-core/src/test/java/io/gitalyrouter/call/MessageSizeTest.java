package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class MessageSizeTest {
  /** A stream that does not say what it is, or fails to close. */
  private static final class Unknown extends FilterInputStream {
    Unknown() {
      super(InputStream.nullInputStream());
    }
  }

  private static final class Failing extends ByteArrayInputStream {
    Failing() {
      super(new byte[1]);
    }

    @Override
    public void close() throws IOException {
      throw new IOException("broken");
    }
  }

  private static MethodDescriptor<Object, Object> marshalledBy(InputStream stream) {
    MethodDescriptor.Marshaller<Object> marshaller =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(Object value) {
            return stream;
          }

          @Override
          public Object parse(InputStream bytes) {
            return bytes;
          }
        };
    return FIND_COMMIT.toBuilder(marshaller, marshaller).build();
  }

  @Test
  void message_of_known_length_or_of_an_array_can_be_sent_twice() {
    assertThat(MessageSize.of(FIND_COMMIT, "four")).isEqualTo(4);
    byte[] bytes = "seven b".getBytes(StandardCharsets.UTF_8);
    assertThat(MessageSize.of(marshalledBy(new ByteArrayInputStream(bytes)), "x")).isEqualTo(7);
  }

  @Test
  void message_that_is_a_stream_or_becomes_an_unknown_one_can_be_sent_once() {
    assertThat(MessageSize.of(marshalledBy(new Unknown()), "x")).isEqualTo(MessageSize.ONE_USE);
    assertThat(MessageSize.of(marshalledBy(new ByteArrayInputStream(new byte[1])), new Unknown()))
        .isEqualTo(MessageSize.ONE_USE);
    assertThat(MessageSize.of(marshalledBy(new Failing()), "x")).isEqualTo(MessageSize.ONE_USE);
  }
}
