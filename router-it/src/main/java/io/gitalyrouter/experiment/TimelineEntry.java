package io.gitalyrouter.experiment;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Something that happened, for the report. <em>Immutable.</em>
 *
 * @param at when
 * @param who a host, or experiment
 * @param what one line for people
 */
record TimelineEntry(Instant at, String who, String what) implements Comparable<TimelineEntry> {
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** The time of day in UTC, to the millisecond. */
  String utc() {
    return UTC.format(at);
  }

  @Override
  public int compareTo(TimelineEntry other) {
    return at.compareTo(other.at);
  }
}
