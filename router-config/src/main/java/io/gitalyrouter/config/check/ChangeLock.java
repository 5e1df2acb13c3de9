package io.gitalyrouter.config.check;

import java.io.IOException;
import java.util.Optional;

/** Whether somebody else changes the same configuration. <em>Thread-safe.</em> */
@FunctionalInterface
public interface ChangeLock {
  /**
   * Who holds it, and for what; empty if nobody does. May block.
   *
   * @throws IOException if that cannot be known
   */
  Optional<String> holder() throws IOException;
}
