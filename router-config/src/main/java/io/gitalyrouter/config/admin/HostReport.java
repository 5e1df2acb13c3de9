package io.gitalyrouter.config.admin;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One process that embeds the router, at one moment. Made without touching any Gitaly, and holds no
 * secret. Its JSON form is described by {@code docs/host-report.schema.json}; what is empty is null
 * there. <em>Immutable.</em>
 *
 * @param version of this form; {@value #VERSION}
 * @param at when it was made, by the host's clock
 * @param host the host's name in the document
 * @param process the process id
 * @param routerVersion the library's version; {@code unknown} when it does not run from its jar
 * @param config the document that the process runs
 * @param generation the number of its routing table, counted from 1
 * @param forcedLocal who forces all calls to the local side, and why; each alone is enough
 * @param storages one entry for each storage of the table, by name
 * @param endpoints every endpoint with a channel: those of the table, and those that still drain
 * @param networkSockets open TCP connections of the process to the ports of network endpoints, dark
 *     ones included, by remote address; an empty list if none; empty where the system does not tell
 */
public record HostReport(
    int version,
    Instant at,
    String host,
    String process,
    String routerVersion,
    Config config,
    long generation,
    List<Force> forcedLocal,
    List<Storage> storages,
    List<EndpointState> endpoints,
    Optional<List<Sockets>> networkSockets) {
  /** The form that is written. */
  public static final int VERSION = 1;

  /** Copies the lists. */
  public HostReport {
    forcedLocal = List.copyOf(forcedLocal);
    storages = List.copyOf(storages);
    endpoints = List.copyOf(endpoints);
    networkSockets = networkSockets.map(List::copyOf);
  }

  /** Reads the JSON form; keys that it does not know are skipped. */
  public static HostReport fromJson(String json) {
    return ReportJson.read(json);
  }

  /** The JSON form, on one line. */
  public String toJson() {
    return ReportJson.write(this);
  }

  /** Whether the process runs the document with this SHA-256. */
  public boolean runs(String fingerprint) {
    return config.fingerprint().equals(fingerprint);
  }

  /** Calls that run on network endpoints, drained ones included. */
  public long networkInFlight() {
    return endpoints.stream()
        .filter(EndpointState::network)
        .mapToLong(EndpointState::inFlight)
        .sum();
  }

  /**
   * The document in force.
   *
   * @param fingerprint its SHA-256 in hexadecimal digits
   * @param origin where it was read, such as {@code /etc/gitaly-router/router.yaml}
   * @param generation how many versions were applied since the start, the first included
   * @param appliedAt when it took effect, by the host's clock
   * @param ageSeconds how long ago the source was heard last; empty if never since the start
   * @param stale whether that is too long, so that roles do what they say for that case
   * @param problems why the source's newest version is not in force; empty when it is
   * @param warnings what deserves a look in the version in force
   */
  public record Config(
      String fingerprint,
      String origin,
      long generation,
      Instant appliedAt,
      Optional<Double> ageSeconds,
      boolean stale,
      List<String> problems,
      List<String> warnings) {
    /** Copies the lists. */
    public Config {
      problems = List.copyOf(problems);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * One who forces all calls to the local side.
   *
   * @param by {@code process}, {@code admin}, {@code file} or {@code config}
   * @param reason why
   */
  public record Force(String by, String reason) {}

  /**
   * One storage.
   *
   * @param storage its name
   * @param role the role that names it on this host; empty if none does
   * @param percent the share of calls meant for the network side, 0 to 100
   * @param local the local endpoint's address
   * @param network the network endpoint's address; empty if there is none
   * @param networkState what is known of the network endpoint; {@code DARK} while the role is off
   * @param route what becomes of calls that are meant for the network side
   * @param obstacle why they are served locally, although a role is on; empty if they are not
   * @param breaker the breaker's state or forced mode; empty while the role is off
   * @param breakerSeconds how long the breaker has been in that state; empty while the role is off
   * @param forced the mode that somebody set; empty if nobody did
   * @param calls its calls, one entry for each route
   */
  public record Storage(
      String storage,
      Optional<String> role,
      double percent,
      String local,
      Optional<String> network,
      String networkState,
      RouteState route,
      Optional<String> obstacle,
      Optional<String> breaker,
      Optional<Double> breakerSeconds,
      Optional<ForcedBreaker> forced,
      List<Calls> calls) {
    /** Copies the list. */
    public Storage {
      calls = List.copyOf(calls);
    }
  }

  /**
   * The calls of one storage on one route, since the storage came into the table.
   *
   * @param route {@code local} or {@code network}
   * @param started the calls that began there
   * @param inFlight those that run there at this moment
   * @param oldestSeconds the age of the oldest of these; empty if there is none
   * @param methods the same by method, by name
   */
  public record Calls(
      String route,
      long started,
      long inFlight,
      Optional<Double> oldestSeconds,
      List<MethodCalls> methods) {
    /** Copies the list. */
    public Calls {
      methods = List.copyOf(methods);
    }
  }

  /**
   * The calls of one method of one storage on one route.
   *
   * @param method the full name
   * @param started the calls that began there
   * @param inFlight those that run there at this moment
   */
  public record MethodCalls(String method, long started, long inFlight) {}

  /** Where a storage's calls go at the moment. */
  public enum RouteState {
    /** No role sends calls to the network side. */
    LOCAL,
    /** The role's share of calls goes to the network side. */
    NETWORK,
    /** A role is on, and its calls are served locally: see the obstacle. */
    BLOCKED,
    /** All calls are forced to the local side. */
    FORCED_LOCAL
  }

  /**
   * A breaker's mode that somebody set.
   *
   * @param mode such as {@code FORCED_OPEN}
   * @param leftSeconds how long it still lasts
   * @param reason why
   */
  public record ForcedBreaker(String mode, double leftSeconds, String reason) {}

  /**
   * One endpoint with a channel.
   *
   * @param address its address
   * @param network whether it is a network endpoint
   * @param state such as {@code READY}; {@code DRAINING} once no table names it
   * @param inFlight calls that run on it
   * @param version the Gitaly version that it told; empty until it was asked
   * @param fault what a drill makes up on it, such as {@code slow}; empty when no drill is on
   */
  public record EndpointState(
      String address,
      boolean network,
      String state,
      long inFlight,
      Optional<String> version,
      Optional<String> fault) {}

  /**
   * Open connections to one remote address.
   *
   * @param remote address and port
   * @param count how many
   */
  public record Sockets(String remote, int count) {}
}
