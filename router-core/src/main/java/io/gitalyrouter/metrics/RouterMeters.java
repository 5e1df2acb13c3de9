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
  /** Calls that began. */
  STARTED(
      "gitaly.route.started",
      Kind.COUNTER,
      "Calls by the route that they began on; a call that moves counts on the network side.",
      "storage",
      "route"),
  /** Calls that run. */
  IN_FLIGHT(
      "gitaly.route.in.flight",
      Kind.GAUGE,
      "Calls that run at this moment, by the route they run on.",
      "storage",
      "route"),
  /** How long calls have been running. */
  OLDEST_IN_FLIGHT(
      "gitaly.route.oldest.in.flight.seconds",
      Kind.GAUGE,
      "The age of the oldest call that runs on the route, to a second; 0 when none runs.",
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
  /** What moving costs. */
  FALLBACK_LOST(
      "gitaly.route.fallback.lost",
      Kind.TIMER,
      "The time from a call's start to its move to the local side, for every call that moved.",
      "storage"),
  /** What one request needs. */
  CALLS_PER_ID(
      "gitaly.route.calls.per.correlation.id",
      Kind.SUMMARY,
      "How many calls with one x-gitlab-correlation-id went to the route, over all storages; a"
          + " histogram of ids. A call that moved went to both. Told when the id has been quiet for"
          + " the time that the builder was given; only if it was.",
      "route"),
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
  /** How often breakers change. */
  BREAKER_TRANSITIONS(
      "gitaly.route.breaker.transitions",
      Kind.COUNTER,
      "How often the storage's breaker came into a state.",
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
  /** The share of calls that a role names. */
  ROLE_PERCENT(
      "gitaly.route.role.percent",
      Kind.GAUGE,
      "The share of the storage's calls that is meant for the network side on this host, 0 to 100.",
      "storage"),
  /** The network endpoint as the router sees it. */
  NETWORK_STATE(
      "gitaly.route.network.state",
      Kind.GAUGE,
      "1 for the state of the storage's network endpoint, 0 for the others; DARK while the role is"
          + " off.",
      "storage",
      "state"),
  /** What the servers are. */
  SERVER_INFO(
      "gitaly.route.server.info",
      Kind.GAUGE,
      "1 for the Gitaly version that a side told; absent until it was asked, which it is while a"
          + " role needs it.",
      "storage",
      "route",
      "version"),
  /** The routing table. */
  GENERATION(
      "gitaly.route.config.generation",
      Kind.GAUGE,
      "The number of the routing table in force, counted from 1 in this process."),
  /** When the configuration was heard of. */
  CONFIG_AGE(
      "gitaly.route.config.age.seconds",
      Kind.GAUGE,
      "How long ago the source of the configuration was heard last; not a number before the first"
          + " time. Only with a router that follows a document, as the next two."),
  /** Whether the source is silent for too long. */
  CONFIG_STALE(
      "gitaly.route.config.stale",
      Kind.GAUGE,
      "1 while that is longer than the document's stale_after, so that roles do what they say for"
          + " that case, else 0."),
  /** Whether the newest version is in force. */
  CONFIG_PROBLEMS(
      "gitaly.route.config.problems",
      Kind.GAUGE,
      "How many problems keep the newest version of the document from being in force; 0 when it"
          + " is."),
  /** The kill switch. */
  FORCED_LOCAL(
      "gitaly.route.forced.local",
      Kind.GAUGE,
      "1 while all calls are forced to the local side, else 0."),
  /** How long the kill switch has been on. */
  FORCED_LOCAL_AGE(
      "gitaly.route.forced.local.age.seconds",
      Kind.GAUGE,
      "For how long this process has been forcing all calls to the local side; 0 while it does"
          + " not."),
  /** When ops changed something. */
  LAST_CHANGE(
      "gitaly.route.last.change.timestamp.seconds",
      Kind.GAUGE,
      "When a table took effect (table), calls were forced local or let go (forced_local), or the"
          + " mode of a breaker was set (breaker_mode) last, in seconds since 1970; 0 for never.",
      "kind"),
  /** What the library is. */
  BUILD_INFO(
      "gitaly.route.build.info",
      Kind.GAUGE,
      "1 for the library and the Java that run.",
      "version",
      "java"),
  /** Calls that began, by method. */
  CLIENT_STARTED(
      "grpc.client.started",
      Kind.COUNTER,
      "Calls by method and by the route that they began on.",
      "grpc_type",
      "grpc_service",
      "grpc_method",
      "storage",
      "route"),
  /** Calls that ended, by method. */
  CLIENT_HANDLED(
      "grpc.client.handled",
      Kind.COUNTER,
      "Ended calls by method, the route that served them, and the status that the caller got.",
      "grpc_type",
      "grpc_service",
      "grpc_method",
      "storage",
      "route",
      "grpc_code"),
  /** How long calls take, by method. */
  CLIENT_HANDLING(
      "grpc.client.handling",
      Kind.TIMER,
      "The time from a call's start to the end that its caller heard, by method and by the route"
          + " that served it; a histogram.",
      "grpc_type",
      "grpc_service",
      "grpc_method",
      "storage",
      "route"),
  /** How long callers wait for the first message, by method. */
  CLIENT_FIRST_MESSAGE(
      "grpc.client.first.message",
      Kind.TIMER,
      "The time from a call's start to the first message of its answer, by method and by the route"
          + " that it came from; a histogram. Only of methods whose answer is a stream: of the"
          + " others it is grpc.client.handling.",
      "grpc_type",
      "grpc_service",
      "grpc_method",
      "storage",
      "route"),
  /** Messages to servers, by method. */
  CLIENT_MSG_SENT(
      "grpc.client.msg.sent",
      Kind.COUNTER,
      "Messages that callers sent, by method and by the route their call was on; a replay is not"
          + " counted.",
      "grpc_type",
      "grpc_service",
      "grpc_method",
      "storage",
      "route"),
  /** Messages from servers, by method. */
  CLIENT_MSG_RECEIVED(
      "grpc.client.msg.received",
      Kind.COUNTER,
      "Messages that callers got, by method and by the route they came from.",
      "grpc_type",
      "grpc_service",
      "grpc_method",
      "storage",
      "route");

  /** What a meter is. */
  public enum Kind {
    /** Only grows. */
    COUNTER,
    /** A value of this moment. */
    GAUGE,
    /** Counts times, and adds them up. */
    TIMER,
    /** Counts numbers, and adds them up. */
    SUMMARY
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
