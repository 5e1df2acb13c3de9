package io.gitalyrouter.sim;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * One call, from its caller's side. <em>Not thread-safe; confined to the thread that runs the
 * simulation.</em>
 */
final class CallRecord {
  private final Plan plan;
  private long endNanos;
  private @Nullable Status status;
  private int ends;

  CallRecord(Plan plan) {
    this.plan = plan;
  }

  void ended(long atNanos, Status how) {
    ends++;
    endNanos = atNanos;
    status = how;
  }

  long number() {
    return plan.number();
  }

  double startSeconds() {
    return plan.startNanos() / 1e9;
  }

  long tookNanos() {
    return endNanos - plan.startNanos();
  }

  Plan plan() {
    return plan;
  }

  /** Whether the caller heard of its end exactly once. */
  boolean endedOnce() {
    return ends == 1;
  }

  /** The name of its status code. */
  String code() {
    return status == null ? "NONE" : status.getCode().name();
  }

  /** Whether the caller got what a healthy server answers. */
  boolean isRight() {
    Status.Code right = plan.missing() ? Status.Code.NOT_FOUND : Status.Code.OK;
    return ends == 1 && status != null && status.getCode() == right;
  }

  boolean isAcknowledged() {
    return status != null && status.isOk();
  }

  /** What a call asks. */
  enum Kind {
    FIND_COMMIT,
    LIST_REFS,
    WRITE_REF
  }

  /**
   * A call to come.
   *
   * @param number its number, from 0
   * @param startNanos when it begins
   * @param kind what it asks
   * @param storage the storage it asks
   * @param missing whether it asks for a repository that does not exist
   */
  record Plan(long number, long startNanos, Kind kind, String storage, boolean missing) {}
}
