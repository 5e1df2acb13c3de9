package io.gitalyrouter.docker;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process that made something, also long after its end: numbers of processes come again, so its
 * start belongs to its name. <em>Immutable.</em>
 *
 * @param pid its number
 * @param startSeconds when it started, since the epoch
 */
record Owner(long pid, long startSeconds) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

  /** A clock that is set shifts the start of what runs already. */
  private static final long SAME_SECONDS = 5;

  /** This process. */
  static Owner self() {
    return of(ProcessHandle.current());
  }

  /** A process that is there. */
  static Owner of(ProcessHandle process) {
    return new Owner(process.pid(), start(process));
  }

  /** What {@link #toString} wrote; empty if it is something else. */
  static Optional<Owner> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? Optional.of(new Owner(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }

  private static long start(ProcessHandle process) {
    return process.info().startInstant().map(Instant::getEpochSecond).orElse(0L);
  }

  /** Whether it has ended. */
  boolean isGone() {
    return ProcessHandle.of(pid)
        .filter(process -> Math.abs(start(process) - startSeconds) <= SAME_SECONDS)
        .isEmpty();
  }

  @Override
  public String toString() {
    return pid + "-" + startSeconds;
  }
}
