package io.gitalyrouter.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Collects the problems of one document. <em>Not thread-safe; confined to the thread that reads the
 * document.</em>
 */
final class Problems {
  /** A document with more is not misspelt, it is another kind of file. */
  private static final int MAX = 200;

  private static final int MAX_TEXT = 400;

  /** What ends a line, or plays tricks with a terminal. */
  private static final Pattern BREAKS = Pattern.compile("[\\p{Cntrl}\u0085\u2028\u2029]+");

  private final String source;
  private final List<ConfigProblem> found = new ArrayList<>();

  Problems(String source) {
    this.source = source;
  }

  /** A problem of the document as a whole. */
  void addWhole(String problem) {
    add(ConfigOrigin.of(source), "", problem);
  }

  void add(int line, int column, String path, String problem) {
    add(new ConfigOrigin(source, line, column), path, problem);
  }

  void add(Node where, String path, String problem) {
    add(origin(where), path, problem);
  }

  void add(ConfigOrigin origin, String path, String problem) {
    if (found.size() < MAX) {
      found.add(new ConfigProblem(origin, clip(path), clip(problem)));
    }
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  int size() {
    return found.size();
  }

  /** Where a node starts. */
  ConfigOrigin origin(Node node) {
    return origin(node.getStartMark());
  }

  ConfigOrigin origin(Optional<Mark> mark) {
    return mark.map(m -> new ConfigOrigin(source, m.getLine() + 1, m.getColumn() + 1))
        .orElse(ConfigOrigin.of(source));
  }

  /** The problems in the order of the document. */
  List<ConfigProblem> inOrder() {
    return found.stream()
        .sorted(
            Comparator.comparingInt((ConfigProblem p) -> p.origin().line())
                .thenComparingInt(p -> p.origin().column()))
        .toList();
  }

  void throwIfAny() {
    throwIfAny(null);
  }

  void throwIfAny(@Nullable Throwable cause) {
    if (!found.isEmpty()) {
      throw new InvalidConfigException(inOrder(), cause);
    }
  }

  /** One line, and not too long: a name in it, or a message of the parser, may be neither. */
  private static String clip(String text) {
    String line = BREAKS.matcher(text).replaceAll(" ");
    return line.length() <= MAX_TEXT ? line : line.substring(0, MAX_TEXT) + "…";
  }
}
