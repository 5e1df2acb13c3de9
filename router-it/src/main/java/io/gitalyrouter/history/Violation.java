package io.gitalyrouter.history;

/**
 * One broken promise. <em>Immutable.</em>
 *
 * @param rule which promise
 * @param what the call or the number that shows it, for people
 */
record Violation(Rule rule, String what) {

  /** The promises. <em>Immutable.</em> */
  enum Rule {
    /** A caller hears of the end of its call exactly once. */
    ENDS_ONCE,
    /** No mutation is executed twice, on whatever server. */
    EXECUTED_ONCE,
    /** A mutation that was acknowledged is in a ledger and in the repository. */
    ACKNOWLEDGED_IS_THERE,
    /** An answer comes from one server, and is whole. */
    ONE_SERVER,
    /** A replayable call fails only with the local side, after its deadline, or mid-answer. */
    REPLAYABLE_SERVED,
    /** After a toggle nothing new reaches the old side. */
    OLD_SIDE_QUIET,
    /** Leases and breaker permits are given back. */
    LEASES_RETURNED,
    /** Memory for replays is given back. */
    REPLAY_BYTES_RETURNED
  }
}
