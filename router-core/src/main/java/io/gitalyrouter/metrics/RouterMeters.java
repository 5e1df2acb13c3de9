package io.gitalyrouter.metrics;

import java.util.List;

/**
 * Every meter of a router: its name, its kind, its tags and what it means. Prometheus shows {@code
 * gitaly.route.calls} as {@code gitaly_route_calls_total}. <em>Immutable.</em>
 */
public enum RouterMeters {
  /** Calls by where the decision sent them. */
  DECISIONS(
      "gitaly.route.decisions",
      Kind.COUNTER,
      "Calls by the route that the decision gave them, and the rule that settled it.",
      "storage",
      "route",
      "reason"),
  /** Calls by what their caller got. */
  CALLS(
      "gitaly.route.calls",
      Kind.COUNTER,
      "Ended calls by the route that served them, and the status that the caller got.",
      "storage",
      "route",
      "grpc_code"),
  /** Calls that run. */
  IN_FLIGHT(
      "gitaly.route.in.flight",
      Kind.GAUGE,
      "Calls that run at this moment, by the route they run on.",
      "storage",
      "route"),
  /** Calls that moved. */
  FALLBACKS(
      "gitaly.route.fallbacks",
      Kind.COUNTER,
      "Calls that left the network side and were served locally, by the status that ended the"
          + " network attempt and by what made the move safe.",
      "storage",
      "from_code",
      "cause"),
  /** Calls that lost the right to move. */
  EARLY_COMMITS(
      "gitaly.route.early.commits",
      Kind.COUNTER,
      "Calls that could no longer move because they had sent more than may be kept for a replay.",
      "storage"),
  /** Memory held for replays. */
  REPLAY_BYTES(
      "gitaly.route.replay.bytes",
      Kind.GAUGE,
      "Bytes of request messages kept for replays at this moment, over all calls."),
  /** The breakers. */
  BREAKER_STATE(
      "gitaly.route.breaker.state",
      Kind.GAUGE,
      "1 for the state that the storage's breaker is in, or for its mode if that was set, 0 for the"
          + " others; all 0 while it is dark.",
      "storage",
      "state"),
  /** What a breaker would have done. */
  BREAKER_WOULD_TRIPS(
      "gitaly.route.breaker.would.trips",
      Kind.COUNTER,
      "How often the storage's breaker would have opened while its mode was WOULD_HAVE_TRIPPED.",
      "storage"),
  /** The role flag. */
  ROLE_ENABLED(
      "gitaly.route.role.enabled",
      Kind.GAUGE,
      "1 while a role sends calls of this storage to the network side on this host, else 0.",
      "storage"),
  /** The network endpoint as the router sees it. */
  NETWORK_READY(
      "gitaly.route.network.ready",
      Kind.GAUGE,
      "1 while the storage's network endpoint is connected and answers, else 0.",
      "storage"),
  /** The routing table. */
  GENERATION(
      "gitaly.route.config.generation",
      Kind.GAUGE,
      "The number of the routing table in force, counted from 1 in this process."),
  /** The kill switch. */
  FORCED_LOCAL(
      "gitaly.route.forced.local",
      Kind.GAUGE,
      "1 while all calls are forced to the local side, else 0.");

  /** What a meter is. */
  public enum Kind {
    /** Only grows. */
    COUNTER,
    /** A value of this moment. */
    GAUGE
  }

  private final String meterName;
  private final Kind kind;
  private final String meaning;
  private final String tags;

  RouterMeters(String meterName, Kind kind, String meaning, String... tags) {
    this.meterName = meterName;
    this.kind = kind;
    this.meaning = meaning;
    this.tags = String.join(",", tags);
  }

  /** The name in Micrometer's form. */
  public String meterName() {
    return meterName;
  }

  /** What it is. */
  public Kind kind() {
    return kind;
  }

  /** What it counts, in a sentence. */
  public String meaning() {
    return meaning;
  }

  /** The names of its tags, in order. */
  public List<String> tags() {
    return tags.isEmpty() ? List.of() : List.of(tags.split(",", -1));
  }
}
