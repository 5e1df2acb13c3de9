package io.gitalyrouter.config;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Turns text into a tree of YAML nodes, which know their lines, and bounds what a hostile or broken
 * document can cost. Builds no Java objects from it. <em>Thread-safe.</em>
 */
final class YamlTree {
  /** The document needs five levels. */
  static final int MAX_DEPTH = 20;

  /** Enough for anchors in a hand-written file; too few to multiply. */
  static final int MAX_ALIASES = 50;

  private YamlTree() {}

  /** The root of the only document in the text; empty after a problem was added. */
  static Optional<Node> compose(String source, String text, Problems problems) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(source)
            .setCodePointLimit(Math.max(1, text.length()))
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setAllowRecursiveKeys(false)
            .build();
    try {
      if (isTooDeep(text, settings, problems)) {
        return Optional.empty();
      }
      Optional<Node> root = new Compose(settings).composeString(text);
      if (root.isEmpty()) {
        problems.addWhole(
            "only comments (expected: a document with version: 1); a half-written file?");
      }
      return root;
    } catch (MarkedYamlEngineException e) {
      // Not e.getMessage(): it quotes the document, which may hold a secret.
      String context = e.getContext() == null ? "" : e.getContext() + ": ";
      problems.add(
          problems.origin(e.getProblemMark().or(e::getContextMark)),
          "",
          "not valid YAML: " + context + e.getProblem() + "; a half-written file?");
      return Optional.empty();
    } catch (YamlEngineException e) {
      problems.addWhole("not valid YAML: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Walks the events, which takes no stack, before the composer, which recurses. */
  private static boolean isTooDeep(String text, LoadSettings settings, Problems problems) {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        default -> {}
      }
      if (depth > MAX_DEPTH) {
        problems.add(
            problems.origin(event.getStartMark()),
            "",
            "nested more than " + MAX_DEPTH + " levels deep (expected: at most 5)");
        return true;
      }
    }
    return false;
  }
}
