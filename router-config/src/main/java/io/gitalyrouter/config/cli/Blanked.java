package io.gitalyrouter.config.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text without the secrets that a document or a log may hold. <em>Immutable.</em> */
final class Blanked {
  private static final Pattern INLINE =
      Pattern.compile("(insecure_inline_token[\"']?\\s*:\\s*)(\"[^\"]*\"|'[^']*'|[^\\s,}]+)");
  private static final Pattern BEARER = Pattern.compile("(?i)(bearer\\s+)\\S+");
  private static final Pattern KEY =
      Pattern.compile("(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----");

  private Blanked() {}

  static String text(String text) {
    String blanked = INLINE.matcher(text).replaceAll("$1REDACTED");
    blanked = BEARER.matcher(blanked).replaceAll("$1REDACTED");
    return KEY.matcher(blanked).replaceAll(Matcher.quoteReplacement("PRIVATE KEY REDACTED"));
  }
}
