package io.gitalyrouter.history;

/**
 * One call as its caller saw it. Times are of the caller's monotonic clock. <em>Immutable.</em>
 *
 * @param id a number that no other call of the history has; every attempt carries it
 * @param method the full method name
 * @param kind how often it may run
 * @param change for a mutation, the reference that it sets as {@code repository name target};
 *     otherwise empty
 * @param times when it began and ended
 * @param closes how often the caller's listener heard of its end
 * @param status the name of its status; empty if it has not ended
 * @param answer where the answer came from, and whether it is a whole one
 */
record ObservedCall(
    long id,
    String method,
    Kind kind,
    String change,
    Times times,
    int closes,
    String status,
    Answer answer) {

  /** What the names of processes begin with that serve on a unix socket: the local ones. */
  private static final String UNIX = "unix-";

  /** How often a call may run. <em>Immutable.</em> */
  enum Kind {
    /** It only reads: running it on two servers harms nobody. */
    REPLAYABLE,
    /** It changes something. */
    ONCE
  }

  /**
   * When a call was under way.
   *
   * @param beginNanos before it was handed to the router
   * @param routedNanos after the router had taken it: its route was chosen between these two
   * @param endNanos when its end was heard of
   * @param deadlineNanos how long it may take
   */
  record Times(long beginNanos, long routedNanos, long endNanos, long deadlineNanos) {
    boolean isDeadlinePassed() {
      return endNanos - beginNanos >= deadlineNanos;
    }
  }

  /**
   * What came back.
   *
   * @param headersFrom the process that sent the headers; empty if none came
   * @param trailersFrom the process that sent the trailers; empty if none came, as when a
   *     connection breaks
   * @param whole whether the messages are the one right answer, no more and no less
   */
  record Answer(String headersFrom, String trailersFrom, boolean whole) {
    /** Whether the network side had begun to answer: from then on a call cannot move. */
    boolean isBegunByNetwork() {
      return !headersFrom.isEmpty() && !headersFrom.startsWith(UNIX);
    }

    /** Whether the local side ended it. */
    boolean isEndedByLocal() {
      return trailersFrom.startsWith(UNIX);
    }

    boolean isOfTwo() {
      return !headersFrom.isEmpty() && !trailersFrom.isEmpty() && !headersFrom.equals(trailersFrom);
    }
  }

  boolean isOk() {
    return status.equals("OK");
  }

  boolean isReplayable() {
    return kind == Kind.REPLAYABLE;
  }
}
