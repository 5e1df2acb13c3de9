package io.gitalyrouter.history;

/**
 * What a router still holds when every call has ended. <em>Immutable.</em>
 *
 * @param networkInFlight calls on network endpoints, by its status
 * @param endpointsInFlight leases on all endpoints, by its status
 * @param breaker the breaker's state after the network side served calls again; a permit that was
 *     never given back leaves it half open
 * @param replayBytes request bytes kept for replays, by its meter
 */
record Balance(long networkInFlight, long endpointsInFlight, String breaker, double replayBytes) {}
