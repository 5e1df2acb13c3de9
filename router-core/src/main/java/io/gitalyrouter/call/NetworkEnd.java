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
 */
record NetworkEnd(
    Status status,
    Metadata trailers,
    boolean headersSeen,
    boolean headersLeft,
    boolean replayable,
    @Nullable Nudge nudge) {

  private boolean isOurCancel() {
    return nudge != null && status.getCode() == Status.Code.CANCELLED;
  }

  /** Tells the breaker. */
  void tell(RouteBreaker breaker, RouteBreaker.Permit permit) {
    if (isOurCancel()) {
      // A queued call proves no sickness, and of silence the watch has told already: counted here
      // as well, it would keep calls away when the silence is over. A spent share nobody else sees.
      if (nudge == Nudge.SHARE_SPENT) {
        permit.failure();
      } else {
        permit.ignored();
      }
      return;
    }
    switch (OutcomeClassifier.outcome(status, trailers, headersSeen)) {
      case SERVED, UNKNOWN_METHOD -> permit.success();
      case SICK -> permit.failure();
      case MISCONFIGURED -> {
        permit.failure();
        breaker.trip();
      }
      case IGNORED -> permit.ignored();
    }
  }

  /** Why an uncommitted call may move after this end; null if it may not. */
  @Nullable MoveCause moveCause() {
    Status.Code code = status.getCode();
    if (code == Status.Code.OK || code == Status.Code.DEADLINE_EXCEEDED) {
      return null;
    }
    if (!headersLeft && (isOurCancel() || code != Status.Code.CANCELLED)) {
      return MoveCause.NEVER_LEFT;
    }
    if (OutcomeClassifier.isRefusedAtTheDoor(status, headersSeen)) {
      return MoveCause.REFUSED_AT_THE_DOOR;
    }
    if (!replayable) {
      return null;
    }
    if (isOurCancel()) {
      return nudge == Nudge.SHARE_SPENT ? MoveCause.SHARE_SPENT : MoveCause.SILENT;
    }
    return OutcomeClassifier.isWorthReplaying(status, trailers, headersSeen)
        ? MoveCause.FAILED
        : null;
  }

  /** The status for a caller whose call could not move. */
  Status toldStatus() {
    return isOurCancel()
        ? Status.UNAVAILABLE.withDescription(
            "the network side stopped answering; whether it ran the call is not known")
        : status;
  }
}
