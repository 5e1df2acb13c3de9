package io.gitalyrouter.standin.journal;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * JSON objects of strings and integers, without nesting, on one line. *Not thread-safe; confined to
 * one read or write.*
 *
 * <p>That is all that the journals and Gitaly's metadata file need.
 */
public final class FlatJson {
  private final String text;
  private int at;

  private FlatJson(String text) {
    this.text = text;
  }

  /**
   * Writes an object in the order of the map.
   *
   * @param fields values are written as numbers if they are numbers, otherwise as strings
   */
  public static String write(Map<String, ?> fields) {
    StringBuilder out = new StringBuilder(160).append('{');
    fields.forEach(
        (key, value) -> {
          if (out.length() > 1) {
            out.append(',');
          }
          quote(out, key);
          out.append(':');
          if (value instanceof Number) {
            out.append(value);
          } else {
            quote(out, String.valueOf(value));
          }
        });
    return out.append('}').toString();
  }

  /**
   * Reads an object that has no nested ones; numbers and other bare words come back as text.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static Map<String, String> read(String text) {
    return new FlatJson(text).object();
  }

  private Map<String, String> object() {
    Map<String, String> fields = new LinkedHashMap<>();
    expect('{');
    if (peek() == '}') {
      at++;
      return fields;
    }
    while (true) {
      String key = string();
      expect(':');
      fields.put(key, peek() == '"' ? string() : bareWord());
      if (peek() == ',') {
        at++;
      } else {
        expect('}');
        return fields;
      }
    }
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at++);
      out.append(c == '\\' ? escaped() : c);
    }
    expect('"');
    return out.toString();
  }

  private char escaped() {
    if (at >= text.length()) {
      throw wrong("a character after the backslash");
    }
    char c = text.charAt(at++);
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> {
        if (at + 4 > text.length()) {
          throw wrong("four hex digits");
        }
        at += 4;
        yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      default -> c;
    };
  }

  private String bareWord() {
    int from = at;
    while (at < text.length() && ",} \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    if (from == at) {
      throw wrong("a value");
    }
    return text.substring(from, at);
  }

  private char peek() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void expect(char c) {
    if (peek() != c) {
      throw wrong("'" + c + "'");
    }
    at++;
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException(
        "json at " + at + ": " + text + " (expected: " + expected + ")");
  }

  private static void quote(StringBuilder out, String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
