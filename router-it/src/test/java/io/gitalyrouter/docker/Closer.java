package io.gitalyrouter.docker;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What is to be closed, the newest first. <em>Not thread-safe; confined to the test.</em> */
final class Closer implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Adds something; returns it. */
  <T extends AutoCloseable> T add(T what) {
    open.push(what);
    return what;
  }

  /** Closes everything, also when something else cannot be closed. */
  @Override
  public void close() throws IOException {
    Exception failed = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        // What comes after it has to go as well.
        failed = e;
      }
    }
    if (failed != null) {
      throw new IOException("something could not be closed", failed);
    }
  }
}
