package io.gitalyrouter.config.check;

import java.util.Map;
import java.util.Optional;

/**
 * What one server said of the calls it got, without health checks and ServerInfo.
 * <em>Immutable.</em>
 *
 * @param calls by series, such as {@code grpc_server_started_total gitaly.RefService/ListRefs}
 * @param startedAt what tells this process from its predecessors, if it is told
 * @param trouble why nothing is known; empty if it is
 */
public record ServerReading(
    Map<String, Double> calls, Optional<String> startedAt, Optional<String> trouble) {
  /** Copies the map. */
  public ServerReading {
    calls = Map.copyOf(calls);
  }

  static ServerReading unknown(String why) {
    return new ServerReading(Map.of(), Optional.empty(), Optional.of(why));
  }
}
