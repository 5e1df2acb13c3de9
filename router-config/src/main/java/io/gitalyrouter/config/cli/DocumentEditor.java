package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.cli.DocumentEdit.AddName;
import io.gitalyrouter.config.cli.DocumentEdit.Put;
import io.gitalyrouter.config.cli.DocumentEdit.RemoveName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Changes a document's text in as few places as possible, so that comments and layout stay. What
 * comes out is read again: it means exactly what was wanted, or nothing is changed.
 * <em>Thread-safe.</em>
 */
final class DocumentEditor {
  private static final LoadSettings SETTINGS = LoadSettings.builder().build();

  private DocumentEditor() {}

  /**
   * Makes changes.
   *
   * @param text a valid document
   * @throws CommandException if the text is written in a way that cannot be changed so
   */
  static String apply(String text, List<DocumentEdit> edits) {
    String edited = text;
    Map<String, Object> wanted = load(text);
    for (DocumentEdit edit : edits) {
      edited = apply(edited, edit);
      edit.applyTo(wanted);
    }
    if (!load(edited).equals(wanted)) {
      throw new CommandException(
          ExitCode.FAILED,
          "the document cannot be changed by this command without changing more than was asked (are"
              + " there anchors or aliases?); nothing was changed: edit it by hand, see it with:"
              + " gitaly-router config diff FILE");
    }
    return edited;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> load(String text) {
    return new LinkedHashMap<>((Map<String, Object>) new Load(SETTINGS).loadFromString(text));
  }

  private static String apply(String text, DocumentEdit edit) {
    Node root =
        new Composer(SETTINGS, new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text)))
            .getSingleNode()
            .orElseThrow();
    List<String> path = edit.path();
    Text at = new Text(text);
    if (edit instanceof AddName add) {
      return addName(at, (SequenceNode) find(root, path).orElseThrow(), add.name());
    }
    if (edit instanceof RemoveName remove) {
      MappingNode parent = (MappingNode) find(root, path.subList(0, path.size() - 1)).orElseThrow();
      NodeTuple tuple = entry(parent, path.get(path.size() - 1)).orElseThrow();
      return removeName(at, tuple.getKeyNode(), (SequenceNode) tuple.getValueNode(), remove.name());
    }
    Put put = (Put) edit;
    Optional<Node> there = find(root, path);
    if (there.isPresent()) {
      return at.replace(at.start(there.get()), at.end(there.get()), put.text());
    }
    MappingNode parent = (MappingNode) find(root, path.subList(0, path.size() - 1)).orElseThrow();
    return addEntry(at, parent, quoted(path.get(path.size() - 1)) + ": " + put.text());
  }

  /** Whether a value is written as one word, such as {@code all}. */
  static boolean isScalar(String text, List<String> path) {
    Node root =
        new Composer(SETTINGS, new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text)))
            .getSingleNode()
            .orElseThrow();
    return find(root, path).orElseThrow() instanceof ScalarNode;
  }

  private static Optional<Node> find(Node root, List<String> path) {
    Optional<Node> at = Optional.of(root);
    for (String key : path) {
      at = at.flatMap(node -> value((MappingNode) node, key));
    }
    return at;
  }

  private static Optional<Node> value(MappingNode mapping, String key) {
    return entry(mapping, key).map(NodeTuple::getValueNode);
  }

  private static Optional<NodeTuple> entry(MappingNode mapping, String key) {
    return mapping.getValue().stream()
        .filter(tuple -> ((ScalarNode) tuple.getKeyNode()).getValue().equals(key))
        .findFirst();
  }

  private static String addName(Text text, SequenceNode list, String name) {
    List<Node> items = list.getValue();
    if (isFlow(list)) {
      return items.isEmpty()
          ? text.replace(text.start(list), text.end(list), "[" + quoted(name) + "]")
          : text.insert(text.end(items.get(items.size() - 1)), ", " + quoted(name));
    }
    Node last = items.get(items.size() - 1);
    String line = text.indentOf(text.start(last)) + "- " + quoted(name);
    return text.insert(text.lineEnd(text.end(last)), "\n" + line);
  }

  private static String removeName(Text text, Node key, SequenceNode list, String name) {
    List<Node> items = list.getValue();
    int index = 0;
    while (!((ScalarNode) items.get(index)).getValue().equals(name)) {
      index++;
    }
    int start = text.start(items.get(index));
    int end = text.end(items.get(index));
    if (isFlow(list)) {
      if (index > 0) {
        start = text.end(items.get(index - 1));
      } else if (items.size() > 1) {
        end = text.start(items.get(1));
      }
      return text.replace(start, end, "");
    }
    int lineStart = text.lineStart(start);
    String without = text.replace(lineStart, text.lineEnd(end) + 1, "");
    // A block list cannot be empty: an empty one in brackets takes its place behind the key.
    return items.size() > 1
        ? without
        : new Text(without).insert(without.indexOf(':', text.end(key)) + 1, " []");
  }

  private static String addEntry(Text text, MappingNode mapping, String entry) {
    List<NodeTuple> entries = mapping.getValue();
    if (entries.isEmpty()) {
      return text.replace(text.start(mapping), text.end(mapping), "{ " + entry + " }");
    }
    int end = contentEnd(text, entries.get(entries.size() - 1).getValueNode());
    if (isFlow(mapping)) {
      return text.insert(end, ", " + entry);
    }
    int column = text.column(text.start(entries.get(0).getKeyNode()));
    return text.insert(text.lineEnd(end), "\n" + " ".repeat(column) + entry);
  }

  /** Where the text of a value ends; a block's own end mark stands before the next token. */
  private static int contentEnd(Text text, Node node) {
    if (node instanceof CollectionNode<?> collection && !isFlow(collection)) {
      if (node instanceof MappingNode mapping) {
        List<NodeTuple> entries = mapping.getValue();
        return contentEnd(text, entries.get(entries.size() - 1).getValueNode());
      }
      List<Node> items = ((SequenceNode) node).getValue();
      return contentEnd(text, items.get(items.size() - 1));
    }
    return text.end(node);
  }

  private static boolean isFlow(CollectionNode<?> node) {
    return node.getFlowStyle() == FlowStyle.FLOW;
  }

  /** A text as YAML writes it: plain where that is safe. */
  static String quoted(String text) {
    boolean plain =
        text.matches("[A-Za-z][A-Za-z0-9._-]*")
            && !text.matches("(?i)true|false|null|yes|no|on|off");
    return plain ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /**
   * A text and places in it, as UTF-16 offsets; marks count characters. <em>Immutable.</em>
   *
   * @param text the text
   */
  private record Text(String text) {
    int start(Node node) {
      return text.offsetByCodePoints(0, node.getStartMark().orElseThrow().getIndex());
    }

    int end(Node node) {
      return text.offsetByCodePoints(0, node.getEndMark().orElseThrow().getIndex());
    }

    int lineStart(int at) {
      return text.lastIndexOf('\n', at - 1) + 1;
    }

    /** The offset of the line's end, before its line break. */
    int lineEnd(int at) {
      int end = text.indexOf('\n', at);
      return end < 0 ? text.length() : end;
    }

    int column(int at) {
      return at - lineStart(at);
    }

    /** What stands before a block list's dash. */
    String indentOf(int at) {
      String line = text.substring(lineStart(at), at);
      return line.substring(0, line.indexOf('-'));
    }

    String insert(int at, String what) {
      return replace(at, at, what);
    }

    String replace(int start, int end, String what) {
      return text.substring(0, start) + what + text.substring(Math.min(end, text.length()));
    }
  }
}
