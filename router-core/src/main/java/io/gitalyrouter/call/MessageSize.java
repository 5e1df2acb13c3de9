package io.gitalyrouter.call;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** How many bytes a message stands for, and whether it can be sent twice. <em>Immutable.</em> */
final class MessageSize {
  /** A message that is a stream of its own: reading it for one attempt uses it up. */
  static final long ONE_USE = -1;

  private MessageSize() {}

  /** The size in bytes, or {@link #ONE_USE}. */
  static <Q> long of(MethodDescriptor<Q, ?> method, Q message) {
    if (message instanceof InputStream) {
      return ONE_USE;
    }
    try (InputStream bytes = method.streamRequest(message)) {
      return isRepeatable(bytes) ? bytes.available() : ONE_USE;
    } catch (IOException | RuntimeException e) {
      // The attempt meets the same, and ends the call with it as on any channel.
      return ONE_USE;
    }
  }

  /** Whether a response stands for no bytes at all: all its fields have their defaults. */
  static <P> boolean isEmpty(MethodDescriptor<?, P> method, P response) {
    try (InputStream bytes = method.streamResponse(response)) {
      return isRepeatable(bytes) && bytes.available() == 0;
    } catch (IOException | RuntimeException e) {
      // What cannot be written again is not known to be empty.
      return false;
    }
  }

  /** Whether the message that gave this stream can give it again. */
  static boolean isRepeatable(InputStream bytes) {
    return bytes instanceof KnownLength || bytes instanceof ByteArrayInputStream;
  }
}
