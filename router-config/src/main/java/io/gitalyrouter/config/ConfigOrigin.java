package io.gitalyrouter.config;

/**
 * Where a value stands. <em>Immutable.</em>
 *
 * @param source the document, such as the path of the file
 * @param line counted from 1; 0 when the whole document is meant
 * @param column counted from 1, in characters; 0 when the whole document is meant
 */
public record ConfigOrigin(String source, int line, int column) {
  /** The document as a whole. */
  static ConfigOrigin of(String source) {
    return new ConfigOrigin(source, 0, 0);
  }

  /** {@code file:line:column}, or the file alone when the whole document is meant. */
  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line + ":" + column;
  }
}
