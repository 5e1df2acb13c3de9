package io.gitalyrouter.metrics;

import io.grpc.Status;

/**
 * The code of a call or an attempt that did not end well, and no more: a status can have paths of
 * repositories in its description. <em>Immutable.</em>
 */
final class EndedWith extends Exception {
  private static final long serialVersionUID = 1L;

  EndedWith(Status.Code code) {
    super(Labels.code(code), null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
  }
}
