package io.gitalyrouter.config.source;

import java.io.IOException;

/**
 * Where a configuration document comes from. It delivers bytes with their origin; whether they are
 * valid is not its business. <em>Thread-safe.</em>
 */
public interface ConfigSource {

  /** The name that messages use, such as the path of the file. */
  String name();

  /**
   * Reads the document as it is now. Blocks on the file system, or on the network for a few seconds
   * at most.
   *
   * @throws IOException with a message that says what is wrong and what to do; it does not repeat
   *     {@link #name()}
   */
  SourceContent read() throws IOException;

  /**
   * Delivers the document whenever it may have changed, and again every few seconds, changed or
   * not, so that a lost notification cannot lie. Starts the source's own threads.
   *
   * @param listener called by one thread at a time, never under a lock
   * @return what ends the watch: once its {@code close} has returned, the listener is not called
   *     again (unless the listener itself closes it, from inside a call)
   */
  Watch watch(Listener listener);

  /** A watch that runs. <em>Thread-safe.</em> */
  interface Watch extends AutoCloseable {
    /** Ends the watch and stops its threads. May be called more than once. */
    @Override
    void close();
  }

  /** Hears what a source reads. <em>Called by one thread at a time.</em> */
  interface Listener {
    /** The document, which may be the same as the last time. */
    void onContent(SourceContent content);

    /**
     * The document could not be read, as {@link ConfigSource#read} describes. A {@link
     * NoDocumentException} is an answer of the source; after anything else it counts as silent.
     */
    void onFailure(IOException failure);
  }
}
