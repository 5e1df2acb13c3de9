package io.gitalyrouter.metrics;

import java.util.List;

/** Every observation of a router: its name, what it says of it, and when. <em>Immutable.</em> */
public enum RouterObservations {
  /** A call. */
  CALL(
      "gitaly.route.call",
      "A call, from its decision to the end that its caller heard.",
      "decision",
      "attempt",
      "fallback",
      "commit"),
  /** An attempt. */
  ATTEMPT(
      "gitaly.route.attempt",
      "One try of a call on one side, under its call. It is of the kind CLIENT and carries the"
          + " request's headers, so that a handler which passes a trace on writes into them.");

  static final String STORAGE = "storage";
  static final String ROUTE = "route";
  static final String METHOD = "method";
  static final String OUTCOME = "outcome";

  private final String observationName;
  private final String meaning;
  private final String events;

  RouterObservations(String observationName, String meaning, String... events) {
    this.observationName = observationName;
    this.meaning = meaning;
    this.events = String.join(",", events);
  }

  /** The name in Micrometer's form. */
  public String observationName() {
    return observationName;
  }

  /** What it is, in a sentence or two. */
  public String meaning() {
    return meaning;
  }

  /** The names of its low-cardinality keys, in order; it has no others. */
  public List<String> keys() {
    return List.of(STORAGE, ROUTE, METHOD, OUTCOME);
  }

  /** The names of its events, in the order in which they can come. */
  public List<String> events() {
    return events.isEmpty() ? List.of() : List.of(events.split(",", -1));
  }
}
