package io.gitalyrouter;

import io.gitalyrouter.breaker.ForcedMode;
import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.route.ForcedBy;
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
   * @param forcedMode the mode that was set, how long it lasts from now, and why; empty in AUTO
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
      Optional<ForcedMode> forcedMode) {}

  /**
   * One endpoint with a channel.
   *
   * @param address its address
   * @param network whether it is a network endpoint
   * @param state what is known of it
   * @param inFlight calls that hold a lease on it
   * @param version the Gitaly version that it told; empty until it was asked, which it is while a
   *     role needs it
   */
  public record EndpointStatus(
      String address,
      boolean network,
      EndpointState state,
      long inFlight,
      Optional<String> version) {}
}
