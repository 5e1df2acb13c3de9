package io.gitalyrouter.config;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

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
    // All in one buffer: the scanner copies what it holds of a word with every further one, which
    // takes seconds for a word of a million characters.
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(source)
            .setCodePointLimit(Math.max(1, text.length()))
            .setBufferSize(text.length() + 2)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setAllowRecursiveKeys(false)
            .setAllowNonScalarKeys(true)
            .build();
    try {
      if (isRefused(text, settings, problems)) {
        return Optional.empty();
      }
      Optional<Node> root = new Composer(settings, parser(settings, text)).getSingleNode();
      if (root.isEmpty()) {
        problems.addWhole(
            "only comments (expected: a document with version: 1); a half-written file?");
      }
      return root;
    } catch (MarkedYamlEngineException e) {
      // Not e.getMessage(): it quotes the document, which may hold a secret.
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      boolean atEnd = mark.isPresent() && mark.get().getIndex() >= text.stripTrailing().length();
      boolean noContext = e.getContext() == null || e.getContext().isEmpty();
      problems.add(
          problems.origin(mark),
          "",
          "not valid YAML: "
              + (noContext ? "" : e.getContext() + ": ")
              + e.getProblem()
              + (atEnd ? "; a half-written file?" : ""));
      return Optional.empty();
    } catch (YamlEngineException e) {
      problems.addWhole("not valid YAML: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Walks the events, which takes no stack, before the composer, which recurses. */
  private static boolean isRefused(String text, LoadSettings settings, Problems problems) {
    int depth = 0;
    int aliases = 0;
    for (Parser events = parser(settings, text); events.hasNext(); ) {
      Event event = events.next();
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        case Alias -> aliases++;
        default -> {}
      }
      String wrong = wrongWith(event);
      if (depth > MAX_DEPTH) {
        wrong = "nested more than " + MAX_DEPTH + " levels deep (expected: at most 5)";
      } else if (aliases > MAX_ALIASES) {
        wrong = "more than " + MAX_ALIASES + " aliases; write the values out";
      }
      if (!wrong.isEmpty()) {
        problems.add(problems.origin(event.getStartMark()), "", wrong);
        return true;
      }
    }
    return false;
  }

  /** Not by the library's low-level facade, which its module does not export. */
  private static Parser parser(LoadSettings settings, String text) {
    return new ParserImpl(settings, new StreamReader(settings, text));
  }

  private static String wrongWith(Event event) {
    Optional<String> tag = Optional.empty();
    if (event instanceof ScalarEvent scalar) {
      tag = scalar.getTag();
    } else if (event instanceof CollectionStartEvent collection) {
      tag = collection.getTag();
    }
    return tag.map(t -> "tag " + YamlValue.quote(t) + " (expected: no tags)").orElse("");
  }
}
