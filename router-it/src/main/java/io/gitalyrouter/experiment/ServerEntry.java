package io.gitalyrouter.experiment;

import io.gitalyrouter.route.Route;
import java.util.Optional;

/**
 * One line pair of a server's book: a call in its call log, or an execution of a mutation in its
 * ledger. <em>Immutable.</em>
 *
 * @param route which server's book
 * @param method the full method name
 * @param callId the client's id; empty if it sent none
 * @param status how it ended; empty if the server died before that
 */
record ServerEntry(Route route, String method, String callId, Optional<String> status) {
  /** The id taken apart; empty if no worker of this experiment gave it. */
  Optional<CallId> origin() {
    return CallId.parse(callId);
  }

  boolean isFrom(String host, Phase phase) {
    return origin().map(o -> o.isFrom(host, phase)).orElse(false);
  }

  /**
   * Whether it is a call about a storage, and not one by which a router looks after an endpoint.
   */
  boolean isStorageCall() {
    return method.startsWith("gitaly.") && !method.startsWith("gitaly.ServerService/");
  }

  boolean isOk() {
    return status.map("OK"::equals).orElse(false);
  }
}
