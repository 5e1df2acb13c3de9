package io.gitalyrouter.config;

import io.gitalyrouter.config.source.SourceContent;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Turns the bytes of a document into text, and refuses what is no text: nothing at all, invalid
 * UTF-8, control characters. <em>Thread-safe.</em>
 */
final class DocumentText {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private DocumentText() {}

  /** The text; meaningless if a problem was added. */
  static String decode(SourceContent content, Problems problems) {
    byte[] bytes = content.bytes();
    if (bytes.length > SourceContent.MAX_BYTES) {
      problems.addWhole("larger than " + SourceContent.MAX_BYTES + " bytes");
      return "";
    }
    CharBuffer text = CharBuffer.allocate(bytes.length);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CoderResult result = decoder.decode(in, text, /* endOfInput= */ true);
    int badByte = result.isError() ? in.position() : -1;
    String decoded = text.flip().toString();
    int badChar = firstControl(decoded);
    if (badChar >= 0) {
      badByte = decoded.substring(0, badChar).getBytes(StandardCharsets.UTF_8).length;
      decoded = decoded.substring(0, badChar);
    }
    if (badByte >= 0) {
      addBinary(problems, bytes[badByte], badByte, decoded);
      return "";
    }
    if (!decoded.isEmpty() && decoded.charAt(0) == BYTE_ORDER_MARK) {
      decoded = decoded.substring(1);
    }
    if (decoded.isBlank()) {
      problems.addWhole("empty (expected: a document with version: 1); a half-written file?");
    }
    return decoded;
  }

  /** The first character that YAML does not allow in a document. */
  private static int firstControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean allowed = c >= ' ' || c == '\t' || c == '\n' || c == '\r';
      if (!allowed || (c >= 0x7F && c < 0xA0 && c != 0x85) || c == 0xFFFE || c == 0xFFFF) {
        return i;
      }
    }
    return -1;
  }

  private static void addBinary(Problems problems, byte bad, int offset, String before) {
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    int lineStart = before.lastIndexOf('\n') + 1;
    int column = before.codePointCount(lineStart, before.length()) + 1;
    problems.add(
        line,
        column,
        "",
        String.format(
            Locale.ROOT,
            "byte 0x%02X at offset %d is not text (expected: YAML in UTF-8); a binary file?",
            bad,
            offset));
  }
}
