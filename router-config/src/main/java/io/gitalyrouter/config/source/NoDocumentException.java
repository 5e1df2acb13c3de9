package io.gitalyrouter.config.source;

import java.io.IOException;

/**
 * The source answered, and what it holds is no document: the key was deleted, or its value is too
 * large. Unlike any other failure this is news from the source, so it counts as being in touch with
 * it. <em>Immutable.</em>
 */
public final class NoDocumentException extends IOException {
  private final String origin;

  /**
   * An answer without a document.
   *
   * @param origin the place and the version of the answer, as {@link SourceContent#origin}
   * @param message what is wrong and what to do
   */
  public NoDocumentException(String origin, String message) {
    super(message);
    this.origin = origin;
  }

  /** The place and the version of the answer. */
  public String origin() {
    return origin;
  }
}
