package io.gitalyrouter.worker;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Git's packet lines: four hex digits that count themselves and the bytes that follow.
 * <em>Immutable.</em>
 */
final class PktLine {
  /** The most bytes that one line can carry. */
  static final int MAX_PAYLOAD = 65516;

  private static final int LENGTH_DIGITS = 4;

  private PktLine() {}

  /**
   * Reads one line.
   *
   * @return its payload; empty for a flush line
   * @throws EOFException if the stream ends within the line
   * @throws IOException if the length is malformed
   */
  static Optional<byte[]> read(InputStream in) throws IOException {
    byte[] digits = exactly(in, LENGTH_DIGITS);
    int length = length(digits);
    if (length == 0) {
      return Optional.empty();
    }
    if (length < LENGTH_DIGITS || length > MAX_PAYLOAD + LENGTH_DIGITS) {
      throw malformed(digits);
    }
    return Optional.of(exactly(in, length - LENGTH_DIGITS));
  }

  /**
   * One line with this payload.
   *
   * @throws IllegalArgumentException if it is too long for one line
   */
  static byte[] of(byte[] payload) {
    if (payload.length > MAX_PAYLOAD) {
      throw new IllegalArgumentException(
          "packet line payload: " + payload.length + " bytes (expected: <= " + MAX_PAYLOAD + ")");
    }
    byte[] digits =
        String.format(Locale.ROOT, "%04x", payload.length + LENGTH_DIGITS)
            .getBytes(StandardCharsets.US_ASCII);
    byte[] line = Arrays.copyOf(digits, LENGTH_DIGITS + payload.length);
    System.arraycopy(payload, 0, line, LENGTH_DIGITS, payload.length);
    return line;
  }

  /** The line that makes a git client stop with this message. Long messages are cut. */
  static byte[] error(String message) {
    byte[] payload = ("ERR " + message).getBytes(StandardCharsets.UTF_8);
    return of(Arrays.copyOf(payload, Math.min(payload.length, MAX_PAYLOAD)));
  }

  private static int length(byte[] digits) throws IOException {
    int length = 0;
    for (byte digit : digits) {
      int value = Character.digit(digit, 16);
      if (value < 0) {
        throw malformed(digits);
      }
      length = length * 16 + value;
    }
    return length;
  }

  private static IOException malformed(byte[] digits) {
    return new IOException(
        "packet line length: \""
            + new String(digits, StandardCharsets.ISO_8859_1)
            + "\" (expected: 0000 or 0004-fff0 in hex)");
  }

  private static byte[] exactly(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException(
          "the stream ended after " + bytes.length + " of " + count + " bytes of a packet line");
    }
    return bytes;
  }
}
