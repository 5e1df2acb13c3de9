package io.gitalyrouter.wire;

import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of one protobuf message, one after the other. Copies nothing but text. <em>Not
 * thread-safe; confined to the reading method.</em>
 */
public final class WireFields {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED_32 = 5;

  private final byte[] bytes;
  private int end;
  private int at;
  private int number;
  private long value;
  private int contentFrom;
  private int contentLength;

  /** The fields of a whole message. */
  public WireFields(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** The fields of a message that takes the first bytes of an array; the others are not read. */
  public static WireFields ofFirst(byte[] bytes, int length) {
    return new WireFields(bytes, 0, length);
  }

  private WireFields(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /**
   * Goes to the next field.
   *
   * @return false at the end
   * @throws IllegalArgumentException if the bytes are no protobuf message
   */
  public boolean next() {
    if (at == end) {
      return false;
    }
    long tag = varint();
    number = (int) (tag >>> 3);
    value = 0;
    contentLength = 0;
    switch ((int) (tag & 7)) {
      case VARINT -> value = varint();
      case FIXED_64 -> take(8);
      case LENGTH -> take(varint());
      case FIXED_32 -> take(4);
      default -> throw new IllegalArgumentException("no protobuf message: tag " + tag);
    }
    return true;
  }

  /** The number of the field. */
  public int number() {
    return number;
  }

  /** The field as a number; 0 if it is of another kind. */
  public long asNumber() {
    return value;
  }

  /** Whether the field is a text, a message or bytes, and not empty. */
  public boolean hasContent() {
    return contentLength > 0;
  }

  /** The field as text. */
  public String asText() {
    return new String(bytes, contentFrom, contentLength, StandardCharsets.UTF_8);
  }

  /** The fields of the field, which is a message. */
  public WireFields asMessage() {
    return new WireFields(bytes, contentFrom, contentFrom + contentLength);
  }

  /**
   * Goes into the field, which is a message: its fields come next, and then the end.
   *
   * @return what {@link #leave} needs
   */
  public int enter() {
    int outer = end;
    at = contentFrom;
    end = contentFrom + contentLength;
    return outer;
  }

  /** Goes back to the fields behind the one that was entered. */
  public void leave(int outer) {
    at = end;
    end = outer;
  }

  private void take(long length) {
    if (length < 0 || length > end - at) {
      throw new IllegalArgumentException("no protobuf message: cut off at byte " + at);
    }
    contentFrom = at;
    contentLength = (int) length;
    at += contentLength;
  }

  private long varint() {
    long result = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == end) {
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
