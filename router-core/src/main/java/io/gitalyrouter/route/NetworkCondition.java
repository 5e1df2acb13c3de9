package io.gitalyrouter.route;

/** Whether the network side of a storage can take a call at this moment. */
public enum NetworkCondition {
  /** It is connected and answers. */
  READY,
  /** It is dark, connecting, or unreachable. */
  NOT_READY,
  /** It is connected and silent. */
  SUSPECT
}
