package io.gitalyrouter.config.etcd;

import java.io.IOException;

/**
 * The document is not at the revision that a writer expected: somebody else has written it in
 * between. Nothing was written. <em>Immutable.</em>
 */
public final class EtcdConflictException extends IOException {
  private final transient EtcdVersion actual;

  EtcdConflictException(String name, long expected, EtcdVersion actual) {
    super(
        name
            + " is at "
            + describe(actual.revision())
            + " (expected: "
            + describe(expected)
            + "); somebody else has written it: nothing was changed, read it again");
    this.actual = actual;
  }

  /** What the key holds instead. */
  public EtcdVersion actual() {
    return actual;
  }

  private static String describe(long revision) {
    return revision == 0 ? "no revision, there is no such key" : "revision " + revision;
  }
}
