package io.gitalyrouter.config.store;

import java.io.IOException;

/** Somebody else has written in between; nothing was changed. <em>Immutable.</em> */
public final class ConflictException extends IOException {
  ConflictException(String name, long expected) {
    super(
        name
            + " is no longer at generation "
            + expected
            + ": somebody else has changed it; nothing was written. See: gitaly-router audit");
  }
}
