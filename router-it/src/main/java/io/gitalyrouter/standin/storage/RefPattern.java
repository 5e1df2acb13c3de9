package io.gitalyrouter.standin.storage;

import java.util.regex.Pattern;

/**
 * A pattern of {@code git for-each-ref}: a whole name, a name up to a slash, or a glob whose
 * wildcards stop at slashes. *Immutable.*
 */
final class RefPattern {
  private final String literal;
  private final Pattern glob;

  private RefPattern(String literal, Pattern glob) {
    this.literal = literal;
    this.glob = glob;
  }

  static RefPattern of(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      switch (c) {
        case '*' -> {
          boolean deep = pattern.startsWith("**", i);
          regex.append(deep ? ".*" : "[^/]*");
          i += deep ? 1 : 0;
        }
        case '?' -> regex.append("[^/]");
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return new RefPattern(pattern, Pattern.compile(regex.toString()));
  }

  boolean matches(String name) {
    return name.equals(literal)
        || (name.startsWith(literal)
            && (literal.endsWith("/") || name.charAt(literal.length()) == '/'))
        || glob.matcher(name).matches();
  }
}
