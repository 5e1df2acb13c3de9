package io.gitalyrouter.call;

import io.grpc.Metadata;
import io.grpc.Status;

/**
 * The two questions that an attempt's end raises: is the server sick, and may the call move? The
 * statuses are Gitaly's; what they mean there is told in {@code failure-semantics.md}.
 * <em>Immutable.</em>
 */
final class OutcomeClassifier {
  private OutcomeClassifier() {}

  /** What the end of a network attempt says of the server. */
  static Outcome outcome(Status status, Metadata trailers, boolean headersSeen) {
    return switch (status.getCode()) {
      case OK -> Outcome.SERVED;
      case CANCELLED -> Outcome.IGNORED;
      case UNAVAILABLE, DATA_LOSS -> Outcome.SICK;
      // A handler's own error comes after headers, or with details; a broken server has neither.
      case INTERNAL, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED ->
          headersSeen ? Outcome.SERVED : Outcome.SICK;
      case UNIMPLEMENTED -> headersSeen ? Outcome.SERVED : Outcome.UNKNOWN_METHOD;
      case UNAUTHENTICATED -> Outcome.MISCONFIGURED;
      case PERMISSION_DENIED ->
          isBareRefusal(trailers, headersSeen) ? Outcome.MISCONFIGURED : Outcome.SERVED;
      case INVALID_ARGUMENT ->
          isUnknownStorage(status, headersSeen) ? Outcome.MISCONFIGURED : Outcome.SERVED;
      // The storage's directory is gone: the share is not mounted there.
      case NOT_FOUND ->
          Outcome.isText(status, "storage does not exist") ? Outcome.SICK : Outcome.SERVED;
      case ALREADY_EXISTS, FAILED_PRECONDITION, ABORTED, OUT_OF_RANGE -> Outcome.SERVED;
    };
  }

  /**
   * Whether the server turned the call away before its handler ran: any method may move then. Not
   * so RESOURCE_EXHAUSTED, with which Gitaly also ends running calls, nor PERMISSION_DENIED, which
   * hooks answer after work was done.
   */
  static boolean isRefusedAtTheDoor(Status status, boolean headersSeen) {
    if (headersSeen) {
      return false;
    }
    return switch (status.getCode()) {
      case UNIMPLEMENTED, UNAUTHENTICATED -> true;
      case INVALID_ARGUMENT -> isUnknownStorage(status, headersSeen);
      default -> false;
    };
  }

  /**
   * Whether the server says that the repository is not there. Most often that is the truth; a
   * server whose share is not mounted says it of every repository.
   */
  static boolean isNotThere(Status status, boolean headersSeen) {
    return !headersSeen
        && status.getCode() == Status.Code.NOT_FOUND
        && Outcome.isText(status, "repository not found");
  }

  /** Whether a call that may run twice is worth running on the other side after this end. */
  static boolean isWorthReplaying(Status status, Metadata trailers, boolean headersSeen) {
    if (headersSeen) {
      // The answer had begun: only the loss of the server says nothing of the request itself.
      return status.getCode() == Status.Code.UNAVAILABLE;
    }
    return switch (status.getCode()) {
      case UNAVAILABLE, RESOURCE_EXHAUSTED -> true;
      // Without headers these count against the server, so they are no answer to the request.
      case INTERNAL, UNKNOWN, DATA_LOSS -> !Outcome.hasDetails(trailers);
      case PERMISSION_DENIED -> isBareRefusal(trailers, headersSeen);
      case NOT_FOUND -> Outcome.isText(status, "storage does not exist");
      default -> false;
    };
  }

  private static boolean isBareRefusal(Metadata trailers, boolean headersSeen) {
    return !headersSeen && !Outcome.hasDetails(trailers);
  }

  private static boolean isUnknownStorage(Status status, boolean headersSeen) {
    return !headersSeen && Outcome.isText(status, "storage name not found");
  }
}
