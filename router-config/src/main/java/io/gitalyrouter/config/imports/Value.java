package io.gitalyrouter.config.imports;

import io.gitalyrouter.config.ConfigOrigin;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A literal of the text that is imported, and where it stands. <em>Immutable.</em> */
sealed interface Value {
  /** Where it stands. */
  ConfigOrigin origin();

  /**
   * Anything that is neither a mapping nor a list.
   *
   * @param text its characters; empty for nil, and for an empty text
   */
  record Scalar(ConfigOrigin origin, String text) implements Value {
    /** Not shown: it may be a secret. */
    @Override
    public String toString() {
      return "a value at " + origin;
    }
  }

  /** Values by name, in the order of the text. */
  record Mapping(ConfigOrigin origin, Map<String, Value> entries) implements Value {
    /** Copies the map, in its order. */
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /** The value of a name, if it is a mapping. */
    Optional<Mapping> mapping(String name) {
      return entries.get(name) instanceof Mapping found ? Optional.of(found) : Optional.empty();
    }

    /** The text of a name, if it is there and not blank. */
    Optional<Scalar> text(String name) {
      return entries.get(name) instanceof Scalar found && !found.text().isBlank()
          ? Optional.of(found)
          : Optional.empty();
    }
  }

  /** Values in a row. */
  record Sequence(ConfigOrigin origin, List<Value> items) implements Value {
    /** Copies the list. */
    public Sequence {
      items = List.copyOf(items);
    }
  }
}
