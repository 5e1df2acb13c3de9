package io.gitalyrouter.standin.storage;

import java.io.IOException;

/** A request names a revision that is not there. *Immutable.* */
public final class UnknownRevisionException extends IOException {
  private static final long serialVersionUID = 1;

  /** Names the revision. */
  public UnknownRevisionException(String revision) {
    super("unknown revision " + revision);
  }
}
