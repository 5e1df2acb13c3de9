package io.gitalyrouter.transport;

import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.Route;

/**
 * An endpoint of one side: equal keys share a channel. <em>Immutable.</em>
 *
 * @param route the side
 * @param endpoint the address and what it takes to be let in
 */
public record EndpointKey(Route route, Endpoint endpoint) {}
