package io.gitalyrouter.route;

/** Whether the network side of a storage can take a call at this moment. */
public enum NetworkCondition {
  /** It is connected and answers. */
  READY,
  /** It is dark, connecting, or unreachable. */
  NOT_READY,
  /** It is connected and silent. */
  SUSPECT,
  /** It is not known yet whether it serves the same files. */
  UNVERIFIED,
  /** It serves other files. */
  WRONG_STORAGE,
  /** It does not know the method. */
  UNKNOWN_METHOD
}
