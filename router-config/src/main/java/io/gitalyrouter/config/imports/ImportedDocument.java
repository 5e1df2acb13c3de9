package io.gitalyrouter.config.imports;

import io.gitalyrouter.config.ConfigOrigin;
import java.util.List;

/**
 * A document that was made of other text. It turns nothing on: no host has a role.
 * <em>Immutable.</em>
 *
 * @param text the document, in YAML; holds no secret
 * @param notes what a person has to do or to know, in the order of the imported text
 */
public record ImportedDocument(String text, List<Note> notes) {
  /** Copies the list. */
  public ImportedDocument {
    notes = List.copyOf(notes);
  }

  /**
   * Something to do or to know. Holds no secret. <em>Immutable.</em>
   *
   * @param origin what it is about
   * @param text what to do or to know
   */
  public record Note(ConfigOrigin origin, String text) {
    /** One line, in the form {@code file:line:column: text}. */
    @Override
    public String toString() {
      return origin + ": " + text;
    }
  }
}
