package io.gitalyrouter.sim.server;

/** How a server can be reached. */
public enum Link {
  /** It answers. */
  OPEN,
  /** Its process is gone: connections are reset, new ones refused. */
  DOWN,
  /** Its process is stopped: the kernel still accepts connections, nothing ever answers. */
  FROZEN,
  /** No packet gets through in either direction, though the process runs. */
  BLACK_HOLE
}
