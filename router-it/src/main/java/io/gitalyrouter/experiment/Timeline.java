package io.gitalyrouter.experiment;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What happened when, in UTC, from every source. <em>Thread-safe.</em> */
final class Timeline {
  private static final String EXPERIMENT = "experiment";

  private final InstantSource clock;
  private final ConcurrentLinkedQueue<TimelineEntry> entries = new ConcurrentLinkedQueue<>();

  Timeline(InstantSource clock) {
    this.clock = clock;
  }

  /** The experiment itself did something just now. */
  void add(String what) {
    entries.add(new TimelineEntry(clock.instant(), EXPERIMENT, what));
  }

  /** Others noted these. */
  void addAll(List<TimelineEntry> others) {
    entries.addAll(others);
  }

  /** Everything so far, in order. */
  List<TimelineEntry> sorted() {
    List<TimelineEntry> sorted = new ArrayList<>(entries);
    Collections.sort(sorted);
    return List.copyOf(sorted);
  }
}
