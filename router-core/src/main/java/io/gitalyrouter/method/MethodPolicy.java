package io.gitalyrouter.method;

/** How often, and where, a method may run. <em>Immutable.</em> */
public enum MethodPolicy {
  /** Reads only, in every known version of Gitaly: running it again on the other side is safe. */
  REPLAYABLE,
  /** May change something, or is not known: it moves only if the first server never ran it. */
  ONCE,
  /** Belongs to the server that started it, such as a hook: always served locally. */
  PINNED,
  /** Needs a side channel that no plain gRPC channel has: refused before it is sent. */
  SIDECHANNEL
}
