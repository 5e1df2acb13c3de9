package io.gitalyrouter.change;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits a command line as a shell would: words, and texts in single quotes. */
final class Words {
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  private Words() {}

  static String[] of(String line) {
    Matcher word = WORD.matcher(line);
    return word.results()
        .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
        .toArray(String[]::new);
  }
}
