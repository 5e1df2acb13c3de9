package io.gitalyrouter.transport;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the fields of one protobuf message, one after the other, without the protobuf library: the
 * embedding process brings its own version of that, or none. <em>Not thread-safe; confined to the
 * reading method.</em>
 */
final class WireFields {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED_32 = 5;

  private final byte[] bytes;
  private int at;
  private int number;
  private long value;
  private byte[] content = {};

  WireFields(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Goes to the next field.
   *
   * @return false at the end
   * @throws IllegalArgumentException if the bytes are no protobuf message
   */
  boolean next() {
    if (at == bytes.length) {
      return false;
    }
    long tag = varint();
    number = (int) (tag >>> 3);
    value = 0;
    content = new byte[0];
    switch ((int) (tag & 7)) {
      case VARINT -> value = varint();
      case FIXED_64 -> content = take(8);
      case LENGTH -> content = take(varint());
      case FIXED_32 -> content = take(4);
      default -> throw new IllegalArgumentException("no protobuf message: tag " + tag);
    }
    return true;
  }

  int number() {
    return number;
  }

  boolean asBoolean() {
    return value != 0;
  }

  String asText() {
    return new String(content, StandardCharsets.UTF_8);
  }

  WireFields asMessage() {
    return new WireFields(content);
  }

  private byte[] take(long length) {
    if (length < 0 || length > bytes.length - at) {
      throw new IllegalArgumentException("no protobuf message: cut off at byte " + at);
    }
    byte[] taken = Arrays.copyOfRange(bytes, at, at + (int) length);
    at += (int) length;
    return taken;
  }

  private long varint() {
    long result = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == bytes.length) {
        throw new IllegalArgumentException("no protobuf message: cut off at byte " + at);
      }
      byte next = bytes[at++];
      result |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return result;
      }
    }
    throw new IllegalArgumentException("no protobuf message: number too long at byte " + at);
  }
}
