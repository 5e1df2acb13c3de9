package io.gitalyrouter.config.cli;

import java.util.List;
import java.util.regex.Pattern;

/** Shows two texts' differences line by line. <em>Thread-safe.</em> */
final class LineDiff {
  private static final int MOST = 2000;
  private static final Pattern SECRET =
      Pattern.compile("insecure_inline_token[\"']?\\s*:\\s*(\"[^\"]*\"|'[^']*'|[^,}\\s]+)");

  private LineDiff() {}

  /** The lines that go ({@code -}) and come ({@code +}), with their numbers; empty if none. */
  static String of(String before, String after) {
    List<String> old = before.lines().toList();
    List<String> now = after.lines().toList();
    int[][] common = common(old, now);
    StringBuilder diff = new StringBuilder();
    int i = 0;
    int j = 0;
    while (i < old.size() || j < now.size()) {
      if (i < old.size() && j < now.size() && old.get(i).equals(now.get(j))) {
        i++;
        j++;
      } else if (j == now.size()
          || (i < old.size() && at(common, i + 1, j) >= at(common, i, j + 1))) {
        diff.append("- ").append(i + 1).append(": ").append(old.get(i++)).append('\n');
      } else {
        diff.append("+ ").append(j + 1).append(": ").append(now.get(j++)).append('\n');
      }
    }
    return SECRET.matcher(diff).replaceAll("insecure_inline_token: ***");
  }

  /** Lengths of the longest common part of what is left from each place on. */
  private static int[][] common(List<String> old, List<String> now) {
    if (old.size() > MOST || now.size() > MOST) {
      return new int[0][0];
    }
    int[][] length = new int[old.size() + 1][now.size() + 1];
    for (int i = old.size() - 1; i >= 0; i--) {
      for (int j = now.size() - 1; j >= 0; j--) {
        length[i][j] =
            old.get(i).equals(now.get(j))
                ? length[i + 1][j + 1] + 1
                : Math.max(length[i + 1][j], length[i][j + 1]);
      }
    }
    return length;
  }

  private static int at(int[][] length, int i, int j) {
    return i < length.length && j < length[i].length ? length[i][j] : 0;
  }
}
