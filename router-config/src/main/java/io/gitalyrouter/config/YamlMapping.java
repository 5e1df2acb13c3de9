package io.gitalyrouter.config;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A mapping of the document with its path. Keys that are unknown, missing or there twice become
 * problems. <em>Not thread-safe; confined to the thread that reads the document.</em>
 */
final class YamlMapping {
  private final Node node;
  private final String path;
  private final Map<String, YamlValue> values;
  private final Problems problems;
  private final Set<String> misspelt = new HashSet<>();

  private YamlMapping(Node node, String path, Map<String, YamlValue> values, Problems problems) {
    this.node = node;
    this.path = path;
    this.values = values;
    this.problems = problems;
  }

  /** The value as a mapping; without entries after a problem was added. */
  static Optional<YamlMapping> of(Node node, String path, String expected, Problems problems) {
    if (!(node instanceof MappingNode mapping) || !node.getTag().equals(Tag.MAP)) {
      problems.add(node, path, YamlValue.describe(node) + " (expected: " + expected + ")");
      return Optional.empty();
    }
    Map<String, YamlValue> values = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key) || key.getValue().isBlank()) {
        problems.add(tuple.getKeyNode(), path, "a key that is no name (expected: text)");
        continue;
      }
      String name = key.getValue();
      String at = path.isEmpty() ? name : path + "." + name;
      YamlValue value = new YamlValue(tuple.getValueNode(), key, at, problems);
      YamlValue first = values.putIfAbsent(name, value);
      if (first != null) {
        problems.add(key, at, "there twice (first in line " + first.keyOrigin().line() + ")");
      }
    }
    return Optional.of(new YamlMapping(node, path, values, problems));
  }

  /** Refuses and drops every key that is not one of these. */
  YamlMapping allowing(Collection<String> known) {
    values.forEach(
        (name, value) -> {
          if (!known.contains(name)) {
            String hint = Spelling.didYouMean(name, known);
            String expected = hint.isEmpty() ? " (expected: " + String.join(", ", known) + ")" : "";
            problems.add(value.keyOrigin(), value.path(), "unknown key" + expected + hint);
            Spelling.nearest(name, known).ifPresent(misspelt::add);
          }
        });
    values.keySet().retainAll(known);
    return this;
  }

  /** The value of a key, or empty when it is not there. */
  Optional<YamlValue> get(ConfigKey key) {
    return Optional.ofNullable(values.get(key.key()));
  }

  /** The value of a key that must be there; empty after a problem was added. */
  Optional<YamlValue> require(ConfigKey key) {
    Optional<YamlValue> value = get(key);
    // A key that is there, but misspelt, is one problem and not two.
    if (value.isEmpty() && !misspelt.contains(key.key())) {
      String at = path.isEmpty() ? key.key() : path + "." + key.key();
      problems.add(node, at, "missing (expected: " + key.range() + ")");
    }
    return value;
  }

  /** Hands over each entry: its name, and its value. */
  void forEach(BiConsumer<String, YamlValue> action) {
    values.forEach(action);
  }
}
