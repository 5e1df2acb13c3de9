package io.gitalyrouter.sim.server;

import io.grpc.Status;

/**
 * A call as a server sees it. <em>Not thread-safe; confined to the thread that runs the
 * simulation.</em>
 */
public interface Incoming {
  /** The number of the call, the same on both servers; negative for a probe. */
  long number();

  /** The full method name. */
  String method();

  /** The request. */
  Object request();

  /** Whether the server knows that nobody waits for an answer any more. */
  boolean isGone();

  /** Begins the answer. */
  void headers();

  /** Sends one message of the answer. */
  void message(byte[] bytes);

  /**
   * Ends the answer.
   *
   * @param detailed whether the status carries details, as an error of a handler does
   */
  void close(Status status, boolean detailed);
}
