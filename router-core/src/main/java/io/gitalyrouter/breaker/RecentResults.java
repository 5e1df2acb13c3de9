package io.gitalyrouter.breaker;

/**
 * What the latest results say beside the window of rates: rows of failures, calls that nobody
 * answers, and doubt. <em>Not thread-safe; guarded by the lock of its breaker.</em>
 */
final class RecentResults {
  private final long windowNanos;
  private int failuresInARow;
  private int unansweredTrials;
  private boolean failed;
  private long failedNanos;
  private int waiting;
  private long lookedNanos;

  RecentResults(long windowNanos) {
    this.windowNanos = windowNanos;
  }

  /** The breaker changed its state: rows begin anew, doubt stays. */
  void newState() {
    failuresInARow = 0;
    unansweredTrials = 0;
    waiting = 0;
  }

  /** The side is known to be well. */
  void forget() {
    newState();
    failed = false;
  }

  /** There is reason for doubt, as after a failure. */
  void doubt(long now) {
    failed = true;
    failedNanos = now;
  }

  void success() {
    failuresInARow = 0;
  }

  /** Notes a failure; returns how many there are without a success between them. */
  int failure(long now) {
    doubt(now);
    failuresInARow++;
    return failuresInARow;
  }

  /** Notes a trial call that was not answered in time; returns how many this trial has. */
  int unansweredTrial(long now) {
    doubt(now);
    unansweredTrials++;
    return unansweredTrials;
  }

  /** Counts a call that waits at this moment; returns how many do at the same moment. */
  int waiting(long now) {
    if (now != lookedNanos) {
      lookedNanos = now;
      waiting = 0;
    }
    waiting++;
    return waiting;
  }

  /**
   * Whether something failed in the window, or calls wait and none was answered since.
   *
   * @param answeredNanos when a call was answered last
   */
  boolean isDoubtful(long now, long answeredNanos) {
    boolean failedLately = failed && now - failedNanos < windowNanos;
    boolean someWait =
        waiting > 0 && lookedNanos - answeredNanos > 0 && now - lookedNanos < windowNanos;
    return failedLately || someWait;
  }
}
