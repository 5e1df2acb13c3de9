package io.gitalyrouter.config.imports;

import io.gitalyrouter.config.ConfigOrigin;
import io.gitalyrouter.config.InvalidConfigException;

/**
 * The characters of a Ruby text, and where the reading is. <em>Not thread-safe; confined to one
 * reading.</em>
 */
final class RubyScanner {
  private static final char END = '\0';

  private final String source;
  private final String text;
  private int at;

  RubyScanner(String source, String text) {
    this.source = source;
    this.text = text;
  }

  boolean isAtEnd() {
    return at >= text.length();
  }

  private char peek() {
    return isAtEnd() ? END : text.charAt(at);
  }

  boolean isNext(char c) {
    return !isAtEnd() && text.charAt(at) == c;
  }

  boolean isNext(String part) {
    return text.startsWith(part, at);
  }

  /** Takes a part if it is next, and the blank behind it. */
  boolean take(String part) {
    if (!isNext(part)) {
      return false;
    }
    at += part.length();
    skipBlank();
    return true;
  }

  void expect(String part) {
    if (!take(part)) {
      throw refuse("not understood (expected: " + part + ")");
    }
  }

  /** Skips white space, line ends and comments. */
  void skipBlank() {
    while (!isAtEnd()) {
      if (Character.isWhitespace(peek())) {
        at++;
      } else if (isNext('#')) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else {
        return;
      }
    }
  }

  /** A run of letters, digits and underscores, maybe none; the blank behind it stays. */
  String word() {
    int start = at;
    while (!isAtEnd() && (Character.isLetterOrDigit(peek()) || peek() == '_')) {
      at++;
    }
    return text.substring(start, at);
  }

  /** A text in single or double quotes, without interpolation. */
  String quoted() {
    ConfigOrigin start = origin();
    char quote = text.charAt(at++);
    StringBuilder out = new StringBuilder();
    while (!isNext(quote)) {
      if (isAtEnd()) {
        throw Refusal.at(start, "a text without its end");
      }
      if (quote == '"' && isNext("#{")) {
        throw refuse("an interpolation, which is not evaluated; write its value");
      }
      out.append(isNext('\\') ? escaped(quote) : text.charAt(at++));
    }
    at++;
    return out.toString();
  }

  private String escaped(char quote) {
    char next = at + 1 < text.length() ? text.charAt(at + 1) : END;
    if (next == '\\' || next == quote) {
      at += 2;
      return String.valueOf(next);
    }
    if (quote == '"') {
      throw refuse("an escape that is not understood (expected: \\\\ or \\\")");
    }
    at++;
    return "\\";
  }

  ConfigOrigin origin() {
    int line = 1;
    int lineStart = 0;
    for (int i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) {
      line++;
      lineStart = i + 1;
    }
    return new ConfigOrigin(source, line, text.codePointCount(lineStart, at) + 1);
  }

  InvalidConfigException refuse(String problem) {
    return Refusal.at(origin(), problem);
  }
}
