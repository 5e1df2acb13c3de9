package io.gitalyrouter.config.cli;

/** What the command tells the shell, one number for one meaning. <em>Immutable.</em> */
public enum ExitCode {
  /** Done, or nothing to do. */
  OK(0, "done, or there was nothing to do"),
  /** A check failed, or a document is invalid. */
  FAILED(1, "a check failed, or a document is invalid; nothing was changed"),
  /** Not every host does what the document says. */
  NOT_CONVERGED(2, "not every host does what the document says"),
  /** Something works only in part. */
  DEGRADED(3, "degraded: a breaker is open, or a configuration is stale"),
  /** A change was written, and not all hosts told in time that they apply it. */
  NOT_ACKNOWLEDGED(4, "written, but not acknowledged by all hosts in time"),
  /** A guard said that a rollout must not go on. */
  ABORTED(5, "a rollout was aborted by its guard"),
  /** Calls are left after a drain. */
  LEFT_OVER(6, "calls are left on the network side"),
  /** Traffic was seen where none must be. */
  TRAFFIC(7, "traffic on the network side where none must be"),
  /** Whether there is traffic is not known. */
  UNKNOWN(8, "not known: data is missing"),
  /** A comparison says that the network side is worse. */
  WORSE(9, "the network side is worse"),
  /** A comparison says nothing. */
  INCONCLUSIVE(10, "the comparison is inconclusive"),
  /** A drill took longer than it may. */
  OVER_BUDGET(11, "the drill took longer than it may"),
  /** The command line is wrong. */
  USAGE(64, "the command line is wrong; nothing was done"),
  /** The command could not do its work. */
  INTERNAL(70, "the command could not do its work: a store or a host cannot be reached, or a bug");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** The number. */
  public int code() {
    return code;
  }

  /** What it means, in one line. */
  public String meaning() {
    return meaning;
  }
}
