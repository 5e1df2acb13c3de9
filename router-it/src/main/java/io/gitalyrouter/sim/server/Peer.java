package io.gitalyrouter.sim.server;

/**
 * The client's end of a connection. <em>Not thread-safe; confined to the thread that runs the
 * simulation.</em>
 */
@FunctionalInterface
public interface Peer {
  /** The server's process is gone, and the connection with it. */
  void reset();
}
