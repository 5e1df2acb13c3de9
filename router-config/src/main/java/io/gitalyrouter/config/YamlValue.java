package io.gitalyrouter.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value of the document with its path and its origin. Each reading method returns empty after it
 * has added a problem. <em>Not thread-safe; confined to the thread that reads the document.</em>
 */
final class YamlValue {
  private static final int SHOWN_CHARS = 80;

  private final Node node;
  private final Node key;
  private final String path;
  private final Problems problems;

  YamlValue(Node node, Node key, String path, Problems problems) {
    this.node = node;
    this.key = key;
    this.path = path;
    this.problems = problems;
  }

  String path() {
    return path;
  }

  ConfigOrigin keyOrigin() {
    return problems.origin(key);
  }

  ConfigOrigin origin() {
    return problems.origin(node);
  }

  /** Adds a problem at this value. */
  void refuse(String problem) {
    problems.add(node, path, problem);
  }

  /** Adds a problem at this value that shows it: not for secrets. */
  void refuseShown(String expected) {
    refuse(describe(node) + " (expected: " + expected + ")");
  }

  boolean is(Tag tag) {
    return node instanceof ScalarNode && node.getTag().equals(tag);
  }

  boolean isList() {
    return node instanceof SequenceNode;
  }

  boolean isEmptyMapping() {
    return node instanceof MappingNode mapping && mapping.getValue().isEmpty();
  }

  /** The characters of a scalar, whatever its type; empty for a mapping or a list. */
  String raw() {
    return node instanceof ScalarNode scalar ? scalar.getValue() : "";
  }

  Optional<YamlMapping> mapping(String expected) {
    return YamlMapping.of(node, path, expected, problems);
  }

  /** Text that is not empty. */
  Optional<String> text(String expected) {
    if (is(Tag.STR) && !raw().isBlank()) {
      return Optional.of(raw());
    }
    boolean unquoted = is(Tag.INT) || is(Tag.FLOAT) || is(Tag.BOOL);
    refuseShown(unquoted ? expected + "; put text in quotes" : expected);
    return Optional.empty();
  }

  /** Text that is never shown, because it is a secret or may be one. */
  Optional<String> secret(String expected) {
    if (is(Tag.STR) && !raw().isBlank()) {
      return Optional.of(raw());
    }
    boolean empty = node instanceof ScalarNode && raw().isBlank();
    refuse((empty ? "empty" : "not text") + " (expected: " + expected + ")");
    return Optional.empty();
  }

  /** One of a few words. */
  Optional<String> word(String expected, List<String> words) {
    if (is(Tag.STR) && words.contains(raw())) {
      return Optional.of(raw());
    }
    refuse(describe(node) + " (expected: " + expected + ")" + Spelling.didYouMean(raw(), words));
    return Optional.empty();
  }

  /** A number from 0 to 100 with at most two decimals. */
  Optional<Double> percent(String expected) {
    if (is(Tag.INT) || is(Tag.FLOAT)) {
      try {
        double percent = Double.parseDouble(raw());
        double hundredths = percent * 100;
        if (percent >= 0 && percent <= 100 && Math.abs(hundredths - Math.rint(hundredths)) < 1e-6) {
          return Optional.of(percent);
        }
      } catch (NumberFormatException e) {
        // Such as 0x10 or .inf, which YAML calls numbers: the message below says what is expected.
      }
    }
    refuseShown(raw().endsWith("%") ? expected + ", without the sign" : expected);
    return Optional.empty();
  }

  /** A whole number within bounds. */
  Optional<Integer> integer(String expected, int min, int max) {
    if (is(Tag.INT)) {
      try {
        int number = Integer.parseInt(raw());
        if (number >= min && number <= max) {
          return Optional.of(number);
        }
      } catch (NumberFormatException e) {
        // Such as 0x10, which YAML calls a number: the message below says what is expected.
      }
    }
    refuseShown(expected);
    return Optional.empty();
  }

  /** The texts in a list that is not empty, each once and each in its form. */
  List<String> texts(String expected, Predicate<String> form) {
    Set<String> texts = new LinkedHashSet<>();
    if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
      refuseShown("a list of " + expected);
      return List.of();
    }
    int index = 0;
    for (Node item : sequence.getValue()) {
      String at = String.format(Locale.ROOT, "%s[%d]", path, index++);
      String text = item instanceof ScalarNode scalar ? scalar.getValue() : "";
      if (!form.test(text)) {
        problems.add(item, at, describe(item) + " (expected: " + expected + ")");
      } else if (!texts.add(text)) {
        problems.add(item, at, quote(text) + " is there twice");
      }
    }
    return List.copyOf(texts);
  }

  /** The names in a list, each once and each one of the known ones. */
  List<String> names(String kind, Set<String> known) {
    List<String> names = new ArrayList<>();
    if (!(node instanceof SequenceNode sequence)) {
      refuseShown("a list of " + kind + " names");
      return names;
    }
    Set<String> seen = new LinkedHashSet<>();
    int index = 0;
    for (Node item : sequence.getValue()) {
      String at = String.format(Locale.ROOT, "%s[%d]", path, index++);
      String name = item instanceof ScalarNode scalar ? scalar.getValue() : "";
      if (name.isBlank()) {
        problems.add(item, at, describe(item) + " (expected: the name of a " + kind + ")");
      } else if (!seen.add(name)) {
        problems.add(item, at, quote(name) + " is there twice");
      } else if (!known.contains(name)) {
        problems.add(item, at, unknown(kind, name, known));
      } else {
        names.add(name);
      }
    }
    return names;
  }

  private static String unknown(String kind, String name, Set<String> known) {
    String hint = Spelling.didYouMean(name, known);
    String expected = known.isEmpty() ? "no " + kind + " is defined" : String.join(", ", known);
    return "unknown "
        + kind
        + " "
        + quote(name)
        + (hint.isEmpty() ? " (expected: " + expected + ")" : hint);
  }

  /** The value for a message: shortened text, or what kind of thing it is. */
  static String describe(Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      return node instanceof SequenceNode ? "a list" : "a mapping";
    }
    if (scalar.getTag().equals(Tag.NULL) || scalar.getValue().isEmpty()) {
      return "empty";
    }
    String text = shorten(scalar.getValue());
    return scalar.getTag().equals(Tag.STR) ? quote(text) : text;
  }

  /** Text in quotes, shortened. */
  static String quote(String text) {
    return '"' + shorten(text) + '"';
  }

  private static String shorten(String text) {
    String line = text.replace("\n", "\\n");
    return line.length() <= SHOWN_CHARS ? line : line.substring(0, SHOWN_CHARS) + "…";
  }
}
