package io.gitalyrouter.call;

import io.gitalyrouter.breaker.RouteBreaker;
import io.gitalyrouter.transport.WatchedCall.Nudge;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * How a network attempt ended, and what follows from it. <em>Immutable.</em>
 *
 * @param status its status
 * @param trailers its trailers
 * @param headersSeen whether the server had begun to answer
 * @param headersLeft whether the server may have seen the call
 * @param replayable whether the call may run twice
 * @param nudge why the router itself cancelled the attempt; null if it did not
 * @param gaveUp whether the caller cancelled the call, or its context is cancelled
 * @param deniesExistence whether the answer, if it is one, says that the repository does not exist
 * @param suspected whether the endpoint became suspect while the attempt ran
 */
record NetworkEnd(
    Status status,
    Metadata trailers,
    boolean headersSeen,
    boolean headersLeft,
    boolean replayable,
    @Nullable Nudge nudge,
    boolean gaveUp,
    boolean deniesExistence,
    boolean suspected) {

  private boolean isOurCancel() {
    return nudge != null && status.getCode() == Status.Code.CANCELLED;
  }

  /**
   * A server that stops can reset its streams with CANCEL. A cause means that the cancel was made
   * in this process, by a listener that threw.
   */
  private boolean isServersCancel() {
    return status.getCode() == Status.Code.CANCELLED
        && nudge == null
        && !gaveUp
        && status.getCause() == null;
  }

  /** Tells the breaker, and the quarantine of methods. */
  void tell(NetworkPlan<?, ?> plan) {
    RouteBreaker.Permit permit = plan.permit();
    switch (breakerOutcome()) {
      case SERVED -> permit.success();
      case UNKNOWN_METHOD -> {
        permit.success();
        plan.side().unknownMethods().add(plan.method().getFullMethodName());
      }
      case SICK -> permit.failure();
      case MISCONFIGURED -> {
        permit.failure();
        plan.side().breaker().trip();
      }
      case IGNORED -> permit.ignored();
    }
  }

  private Outcome breakerOutcome() {
    Outcome outcome;
    if (isOurCancel()) {
      // Silence and a spent share show sickness; that a call was queued, or is local's, does not.
      outcome =
          nudge == Nudge.SILENT || nudge == Nudge.SHARE_SPENT ? Outcome.SICK : Outcome.IGNORED;
    } else if (isServersCancel()) {
      outcome = Outcome.SICK;
    } else {
      outcome = OutcomeClassifier.outcome(status, trailers, headersSeen);
    }
    // The watch saw the silence first, and calls go local until it ends: counted late, it would
    // open the breaker on an endpoint that is back.
    return outcome == Outcome.SICK && suspected ? Outcome.IGNORED : outcome;
  }

  /** Whether the server says that it does not have the repository. */
  boolean isNotThere() {
    return (status.isOk() && deniesExistence) || OutcomeClassifier.isNotThere(status, headersSeen);
  }

  /** Why an uncommitted call may move after this end; null if it may not. */
  @Nullable MoveCause moveCause() {
    Status.Code code = status.getCode();
    if (code == Status.Code.OK) {
      return deniesExistence && replayable && !gaveUp ? MoveCause.NOT_THERE : null;
    }
    if (code == Status.Code.DEADLINE_EXCEEDED) {
      return null;
    }
    if (nudge == Nudge.GIT_QUARANTINE && !gaveUp) {
      return MoveCause.GIT_QUARANTINE;
    }
    if (!headersLeft && (isOurCancel() || isServersCancel() || code != Status.Code.CANCELLED)) {
      return MoveCause.NEVER_LEFT;
    }
    if (OutcomeClassifier.isRefusedAtTheDoor(status, headersSeen)) {
      return MoveCause.REFUSED_AT_THE_DOOR;
    }
    if (!replayable) {
      return null;
    }
    if (OutcomeClassifier.isNotThere(status, headersSeen)) {
      return MoveCause.NOT_THERE;
    }
    if (isOurCancel()) {
      return nudge == Nudge.SHARE_SPENT ? MoveCause.SHARE_SPENT : MoveCause.SILENT;
    }
    boolean failed =
        OutcomeClassifier.isWorthReplaying(status, trailers, headersSeen) || isServersCancel();
    return failed ? MoveCause.FAILED : null;
  }

  /** The status for a caller whose call could not move. */
  Status toldStatus() {
    return isOurCancel()
        ? Status.UNAVAILABLE.withDescription(
            "the network side stopped answering; whether it ran the call is not known")
        : status;
  }
}
