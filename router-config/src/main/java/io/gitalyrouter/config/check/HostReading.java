package io.gitalyrouter.config.check;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * What one worker process said of its network side. <em>Immutable.</em>
 *
 * @param host its host
 * @param process its process id, with whatever else tells it from its predecessors
 * @param at when it said so, by its host's clock
 * @param networkStarted calls that began on the network side since the process started
 * @param networkInFlight calls that run on the network side
 * @param networkSockets connections to network endpoints that the system knows of; empty if it was
 *     not asked, or does not tell
 */
public record HostReading(
    String host,
    String process,
    Instant at,
    long networkStarted,
    long networkInFlight,
    OptionalLong networkSockets) {
  String name() {
    return host + "/" + process;
  }
}
