package io.gitalyrouter.config.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One change of a document's meaning; {@link DocumentEditor} makes it in the text.
 * <em>Immutable.</em>
 */
sealed interface DocumentEdit {
  /** The keys that lead to what is changed. */
  List<String> path();

  /** Makes the change in a document that was read as maps, lists and scalars. */
  void applyTo(Map<String, Object> document);

  /** Adds a name at the end of a list. */
  record AddName(List<String> path, String name) implements DocumentEdit {
    @Override
    public void applyTo(Map<String, Object> document) {
      List<Object> names = new ArrayList<>(Trees.list(document, path));
      names.add(name);
      Trees.put(document, path, names);
    }
  }

  /** Takes a name out of a list. */
  record RemoveName(List<String> path, String name) implements DocumentEdit {
    @Override
    public void applyTo(Map<String, Object> document) {
      List<Object> names = new ArrayList<>(Trees.list(document, path));
      names.remove(name);
      Trees.put(document, path, names);
    }
  }

  /**
   * Sets a key, which may be new.
   *
   * @param path with the key as its last part
   * @param value what it means
   * @param text the same in YAML, on one line
   */
  record Put(List<String> path, Object value, String text) implements DocumentEdit {
    @Override
    public void applyTo(Map<String, Object> document) {
      Trees.put(document, path, value);
    }
  }

  /** Walks maps of maps. <em>Thread-safe.</em> */
  final class Trees {
    private Trees() {}

    @SuppressWarnings("unchecked")
    private static Map<String, Object> parent(Map<String, Object> document, List<String> path) {
      Map<String, Object> at = document;
      for (String key : path.subList(0, path.size() - 1)) {
        // Copied on the way: an alias must not carry the change to its other places.
        Map<String, Object> below =
            new LinkedHashMap<>((Map<String, Object>) at.getOrDefault(key, Map.of()));
        at.put(key, below);
        at = below;
      }
      return at;
    }

    private static List<?> list(Map<String, Object> document, List<String> path) {
      Object value = parent(document, path).get(path.get(path.size() - 1));
      return value instanceof List<?> list ? list : List.of();
    }

    private static void put(Map<String, Object> document, List<String> path, Object value) {
      parent(document, path).put(path.get(path.size() - 1), value);
    }
  }
}
