package io.gitalyrouter.history;

import io.gitalyrouter.route.Route;

/** A server of a run by its place; a restart keeps the place. <em>Immutable.</em> */
public enum Server {
  /** The local Gitaly at the beginning. */
  LOCAL(Route.LOCAL),
  /** The local Gitaly that takes its place for a while. */
  SPARE(Route.LOCAL),
  /** The network Gitaly. */
  NETWORK(Route.NETWORK),
  /** Another network Gitaly over the same files. */
  TWIN(Route.NETWORK);

  private final Route route;

  Server(Route route) {
    this.route = route;
  }

  boolean isLocal() {
    return route == Route.LOCAL;
  }
}
