package io.gitalyrouter.config.imports;

import io.gitalyrouter.config.ConfigOrigin;
import io.gitalyrouter.config.InvalidConfigException;
import io.gitalyrouter.config.imports.Value.Mapping;
import io.gitalyrouter.config.imports.Value.Scalar;
import io.gitalyrouter.config.imports.Value.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads YAML, and JSON, which is YAML. Tags are not looked at, and an alias is the very value of
 * its anchor, so that many of them cost nothing. Merge keys stay as they are: what a section
 * inherits stands in another section. <em>Not thread-safe; confined to one reading.</em>
 */
final class YamlText {
  private final String source;
  private final Parser events;
  private final Map<Anchor, Value> anchors = new HashMap<>();

  private YamlText(String source, String text) {
    // All in one buffer: the scanner copies what it holds of a word with every further one.
    LoadSettings settings =
        LoadSettings.builder()
            .setCodePointLimit(Math.max(1, text.length()))
            .setBufferSize(text.length() + 2)
            .build();
    this.source = source;
    this.events = new ParserImpl(settings, new StreamReader(settings, text));
  }

  /** The value of the first document in the text; empty if there is none. */
  static Optional<Value> read(String source, String text) {
    try {
      YamlText reader = new YamlText(source, text);
      reader.events.next();
      if (!reader.events.checkEvent(Event.ID.DocumentStart)) {
        return Optional.empty();
      }
      reader.events.next();
      return Optional.of(reader.value(reader.events.next(), 0));
    } catch (MarkedYamlEngineException e) {
      // Not the message: it quotes the text, which may hold a secret.
      throw Refusal.at(
          origin(source, e.getProblemMark().or(e::getContextMark)),
          "not valid YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw Refusal.at(new ConfigOrigin(source, 0, 0), "not valid YAML");
    }
  }

  private Value value(Event event, int depth) {
    if (depth > Refusal.MAX_DEPTH) {
      throw Refusal.tooDeep(origin(event));
    }
    if (event instanceof AliasEvent alias) {
      Value value = anchors.get(alias.getAlias());
      if (value == null) {
        throw Refusal.at(origin(event), "an alias before its anchor is complete");
      }
      return value;
    }
    Value value =
        event instanceof ScalarEvent scalar
            ? new Scalar(origin(event), text(scalar))
            : event instanceof MappingStartEvent ? mapping(event, depth) : sequence(event, depth);
    if (event instanceof NodeEvent node) {
      node.getAnchor().ifPresent(anchor -> anchors.put(anchor, value));
    }
    return value;
  }

  private static String text(ScalarEvent scalar) {
    boolean isNull = scalar.isPlain() && scalar.getValue().matches("~|null|Null|NULL");
    return isNull ? "" : scalar.getValue();
  }

  private Value mapping(Event start, int depth) {
    Map<String, Value> entries = new LinkedHashMap<>();
    while (!events.checkEvent(Event.ID.MappingEnd)) {
      Event event = events.next();
      Value key = value(event, depth + 1);
      Value value = value(events.next(), depth + 1);
      if (!(key instanceof Scalar name)) {
        throw Refusal.at(origin(event), "a key that is no name");
      }
      if (entries.putIfAbsent(name.text(), value) != null && !name.text().equals("<<")) {
        throw twice(origin(event));
      }
    }
    events.next();
    return new Mapping(origin(start), entries);
  }

  static InvalidConfigException twice(ConfigOrigin origin) {
    return Refusal.at(origin, "a key that is there twice");
  }

  private Value sequence(Event start, int depth) {
    List<Value> items = new ArrayList<>();
    while (!events.checkEvent(Event.ID.SequenceEnd)) {
      items.add(value(events.next(), depth + 1));
    }
    events.next();
    return new Sequence(origin(start), items);
  }

  private ConfigOrigin origin(Event event) {
    return origin(source, event.getStartMark());
  }

  private static ConfigOrigin origin(String source, Optional<Mark> mark) {
    return mark.map(m -> new ConfigOrigin(source, m.getLine() + 1, m.getColumn() + 1))
        .orElse(new ConfigOrigin(source, 0, 0));
  }
}
