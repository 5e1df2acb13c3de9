package io.gitalyrouter;

import io.gitalyrouter.breaker.ForcedMode;
import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.route.ForcedBy;
import io.gitalyrouter.route.Route;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A router at one moment, for people and for checks. Reading it touches no endpoint.
 * <em>Immutable.</em>
 *
 * @param generation the number of the routing table in force, counted from 1
 * @param origin where that table came from
 * @param forcedLocal why all calls are forced to the local side: the first reason of {@code
 *     forces}; empty when they are not
 * @param forces everybody who forces them, and why; each alone is enough
 * @param storages one entry for each storage of the table, by name
 * @param endpoints every endpoint with a channel: those of the table, and those that still drain
 */
public record RouterStatus(
    long generation,
    String origin,
    Optional<String> forcedLocal,
    List<Force> forces,
    List<StorageStatus> storages,
    List<EndpointStatus> endpoints) {
  /** Copies the lists. */
  public RouterStatus {
    forces = List.copyOf(forces);
    storages = List.copyOf(storages);
    endpoints = List.copyOf(endpoints);
  }

  /** Calls that run on network endpoints at this moment, drained ones included. */
  public long networkInFlight() {
    return endpoints.stream()
        .filter(EndpointStatus::network)
        .mapToLong(EndpointStatus::inFlight)
        .sum();
  }

  /**
   * One who forces all calls to the local side.
   *
   * @param by who
   * @param reason why
   */
  public record Force(ForcedBy by, String reason) {}

  /**
   * One storage.
   *
   * @param storage its name
   * @param role the role that names it on this host
   * @param percent the share of calls meant for the network side, 0 to 100
   * @param local the local endpoint's address
   * @param network the network endpoint's address
   * @param networkState what is known of the network endpoint; DARK while the role is off
   * @param obstacle why the network side takes no call at this moment although a role is on; empty
   *     when it does, or when the role is off
   * @param breaker the breaker's state, such as {@code CLOSED}, or its mode if that was set; empty
   *     while the role is off
   * @param breakerFor how long the breaker has been in that state; empty while the role is off
   * @param forcedMode the mode that was set, how long it lasts from now, and why; empty in AUTO
   * @param traffic its calls, one entry for each route
   */
  public record StorageStatus(
      String storage,
      Optional<String> role,
      double percent,
      String local,
      Optional<String> network,
      EndpointState networkState,
      Optional<String> obstacle,
      Optional<String> breaker,
      Optional<Duration> breakerFor,
      Optional<ForcedMode> forcedMode,
      List<RouteTraffic> traffic) {
    /** Copies the list. */
    public StorageStatus {
      traffic = List.copyOf(traffic);
    }
  }

  /**
   * The calls of one storage on one route, since the storage came into the table.
   *
   * @param route the route
   * @param started the calls that began there; those that moved here began on the other
   * @param inFlight those that run there at this moment
   * @param oldest the age of the oldest of these, to a second; empty if there is none
   * @param methods the same by method, by name; the calls of methods beyond the limit are the
   *     method {@code other/other}
   */
  public record RouteTraffic(
      Route route,
      long started,
      long inFlight,
      Optional<Duration> oldest,
      List<MethodTraffic> methods) {
    /** Copies the list. */
    public RouteTraffic {
      methods = List.copyOf(methods);
    }
  }

  /**
   * The calls of one method of one storage on one route.
   *
   * @param method the full name, such as {@code gitaly.CommitService/FindCommit}
   * @param started the calls that began there
   * @param inFlight those that run there at this moment
   */
  public record MethodTraffic(String method, long started, long inFlight) {}

  /**
   * One endpoint with a channel.
   *
   * @param address its address
   * @param network whether it is a network endpoint
   * @param state what is known of it
   * @param inFlight calls that hold a lease on it
   * @param version the Gitaly version that it told; empty until it was asked, which it is while a
   *     role needs it
   * @param fault what a drill makes up on it, such as {@code slow}; empty when no drill is on
   */
  public record EndpointStatus(
      String address,
      boolean network,
      EndpointState state,
      long inFlight,
      Optional<String> version,
      Optional<String> fault) {}
}
