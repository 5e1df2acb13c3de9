package io.gitalyrouter.timing;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that happened beside the calls, on a line of its own in the marks file. A comparison
 * cuts warm-up by it, and shows it on its timeline. <em>Immutable.</em>
 *
 * @param at when, to the millisecond
 * @param kind what kind of thing
 * @param detail the rest, for a person; on one line
 */
public record TimingMark(Instant at, Kind kind, String detail) {
  /** What happened. The name in a file is the lower-case one. */
  public enum Kind {
    /** The process began to time its calls. */
    START,
    /** The process stopped timing its calls. */
    STOP,
    /** The share of a storage's calls that is meant for the network side changed. */
    ASSIGNMENT,
    /** What {@link #ASSIGNMENT} last said, said again at the head of a new file. */
    STATE,
    /** A routing table took effect. */
    TABLE,
    /** All calls were forced local. */
    FORCED_LOCAL,
    /** The calls are free again. */
    RESUMED,
    /** An endpoint changed its state. */
    ENDPOINT,
    /** A breaker changed its state. */
    BREAKER,
    /** It became known, or doubtful, whether both sides serve the same files. */
    STORAGE_CHECK,
    /** Something that a person has to mend. */
    TROUBLE,
    /** Calls or marks that are not in the log. */
    LOST,
    /** Somebody changed the document; from the audit, in no log. */
    CHANGE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name used in files. */
    public String label() {
      return label;
    }
  }

  /** Keeps the detail on its line. */
  public TimingMark {
    detail = detail.replaceAll("\\p{Cntrl}+", " ");
  }

  /** The line of the mark in a file, without its end. */
  public String toLine() {
    return at + "\t" + kind.label() + "\t" + detail;
  }

  /** Reads a line; empty if it is not one of a marks file. */
  public static Optional<TimingMark> parse(String line) {
    String[] parts = line.split("\t", 3);
    if (parts.length != 3) {
      return Optional.empty();
    }
    for (Kind kind : Kind.values()) {
      if (kind.label().equals(parts[1])) {
        try {
          return Optional.of(new TimingMark(Instant.parse(parts[0]), kind, parts[2]));
        } catch (DateTimeParseException notATime) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
