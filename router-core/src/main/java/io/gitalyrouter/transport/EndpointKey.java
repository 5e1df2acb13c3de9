package io.gitalyrouter.transport;

import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.Route;

/**
 * An endpoint of one side: equal keys share a channel. <em>Immutable.</em>
 *
 * @param route the side
 * @param endpoint the address and what it takes to be let in
 */
public record EndpointKey(Route route, Endpoint endpoint) {
  /** The side and the address, such as {@code network tcp://file01:9999}. */
  @Override
  public String toString() {
    return route.label() + " " + endpoint.address();
  }
}
