package io.gitalyrouter.event;

/** What the router knows of an endpoint. <em>Immutable.</em> */
public enum EndpointState {
  /** No connection is open or wanted. */
  DARK,
  /** A connection is being made; no call is routed here. */
  CONNECTING,
  /** Connected, and answering as far as is known. */
  READY,
  /** Connected, but silent for too long: no call is routed here until it answers again. */
  SUSPECT,
  /** The last connection attempt failed; another follows. */
  UNREACHABLE,
  /** No table names it; its last calls are running. */
  DRAINING,
  /** No call is left and the connection is closed. */
  CLOSED
}
