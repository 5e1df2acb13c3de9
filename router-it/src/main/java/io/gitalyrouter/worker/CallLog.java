package io.gitalyrouter.worker;

/**
 * Where calls are recorded: in the journal on disk, and in the statistics. <em>Thread-safe.</em>
 */
final class CallLog {
  private final Journal journal;
  private final CallStats stats;

  CallLog(Journal journal, CallStats stats) {
    this.journal = journal;
    this.stats = stats;
  }

  /** A call is about to be sent. Only mutations are noted: their loss is what matters. */
  void started(CallRecord call) {
    if (call.mutation()) {
      journal.append(call.startLine());
    }
  }

  /** A call has ended. */
  void ended(CallRecord call, CallRecord.Ending ending) {
    journal.append(call.endLine(ending));
    stats.add(call, ending);
  }

  /** Waits until everything recorded so far is on disk. */
  void flush() {
    journal.flush();
  }
}
