package io.gitalyrouter.config.check;

import io.gitalyrouter.config.check.GitalyQuestions.ServerInfo;
import java.util.List;
import java.util.Optional;

/**
 * What one route's survey found. <em>Immutable.</em>
 *
 * @param results its checks, in order
 * @param info what the server says of itself, if it answered
 */
record RouteFacts(List<CheckResult> results, Optional<ServerInfo> info) {
  /** Copies the list. */
  RouteFacts {
    results = List.copyOf(results);
  }
}
