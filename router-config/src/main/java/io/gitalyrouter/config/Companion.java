package io.gitalyrouter.config;

import java.io.IOException;

/**
 * Something that lives beside a configured router and looks at it, such as its admin socket.
 * <em>Thread-safe.</em>
 */
@FunctionalInterface
public interface Companion {
  /**
   * Begins. Called once for each router, when it has its first table and nobody has its channels
   * yet; it may change the router, such as force it to the local side.
   *
   * @throws IOException if it cannot begin; the router is closed then, and not opened
   */
  Running start(ConfiguredRouter router) throws IOException;

  /** A companion that has begun. It hears what happens to the configuration from then on. */
  interface Running extends ConfigListener, AutoCloseable {
    /** Ends. Called before the router closes. */
    @Override
    void close();
  }
}
