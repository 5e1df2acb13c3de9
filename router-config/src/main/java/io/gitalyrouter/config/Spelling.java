package io.gitalyrouter.config;

import java.util.Collection;
import java.util.Optional;

/** Guesses which known word a misspelt one was meant to be. <em>Thread-safe.</em> */
final class Spelling {
  /** A longer word is no misspelling, and comparing it would cost. */
  private static final int MAX_LENGTH = 64;

  private Spelling() {}

  /** A hint such as {@code ; did you mean "percent"?}, or nothing when no word is near. */
  static String didYouMean(String word, Collection<String> known) {
    return nearest(word, known).map(near -> "; did you mean \"" + near + "\"?").orElse("");
  }

  /** The known word that is nearest, if it is near enough to have been meant. */
  static Optional<String> nearest(String word, Collection<String> known) {
    Optional<String> best = Optional.empty();
    int bestDistance = Math.max(1, Math.min(3, word.length() / 3)) + 1;
    if (word.length() <= MAX_LENGTH) {
      for (String candidate : known) {
        int distance = distance(word, candidate);
        if (distance < bestDistance) {
          best = Optional.of(candidate);
          bestDistance = distance;
        }
      }
    }
    return best;
  }

  /** The number of single-character edits between two words, where a swap of neighbours is one. */
  static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > 3) {
      return Integer.MAX_VALUE;
    }
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
