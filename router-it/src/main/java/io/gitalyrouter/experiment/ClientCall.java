package io.gitalyrouter.experiment;

import java.util.Optional;

/**
 * One call of the load in a worker's own book. <em>Immutable.</em>
 *
 * @param id its call id
 * @param origin what the id says
 * @param method the full method name
 * @param mutation whether it changes the repository
 * @param change the reference that it sets; only for a mutation
 * @param ending how it ended; empty if the book does not say
 */
record ClientCall(
    String id,
    CallId origin,
    String method,
    boolean mutation,
    Optional<Change> change,
    Optional<Ending> ending) {

  /**
   * A reference and where it points after the mutation.
   *
   * @param ref its full name
   * @param target a hex object id
   */
  record Change(String ref, String target) {}

  /**
   * How a call ended.
   *
   * @param status a gRPC status name, or {@code WRONG_ANSWER}
   * @param detail the status description; may be empty
   * @param micros how long it took
   * @param messages the parts of an answer that its caller was told
   * @param route local, network or unknown, as the client saw it
   */
  record Ending(String status, String detail, long micros, long messages, String route) {}

  /** The status; {@code NONE} if it has no ending. */
  String status() {
    return ending.map(Ending::status).orElse("NONE");
  }

  /** Whether it failed after its caller had been told a part of the answer. */
  boolean isCutOff() {
    return !isAcknowledged() && ending.map(e -> e.messages() > 0).orElse(false);
  }

  boolean isAcknowledged() {
    return status().equals("OK");
  }

  boolean isIn(Phase phase) {
    return origin.phase() == phase;
  }
}
