package io.gitalyrouter.event;

import java.time.Duration;
import java.util.Optional;

/** One thing that happened in a router. <em>Immutable.</em> */
public sealed interface RouterEvent {

  /**
   * A routing table took effect: every call that starts from now on follows it.
   *
   * @param generation the table's number, counted from 1
   * @param origin where the table came from
   */
  record TableApplied(long generation, String origin) implements RouterEvent {}

  /**
   * The process forced all calls to the local side, or let them go again.
   *
   * @param reason why they are forced; empty when they are free again
   */
  record ForcedLocal(Optional<String> reason) implements RouterEvent {}

  /**
   * An endpoint changed its state.
   *
   * @param address the endpoint's address
   * @param from the state before
   * @param to the state now
   * @param why what was seen, for a person
   */
  record EndpointChanged(String address, EndpointState from, EndpointState to, String why)
      implements RouterEvent {}

  /**
   * Something is wrong that a person has to mend. Told once until it changes; calls go on
   * meanwhile, locally if need be.
   *
   * @param where the endpoint that it concerns
   * @param what what was seen
   * @param advice what to look at
   */
  record Trouble(String where, String what, String advice) implements RouterEvent {}

  /**
   * It became known, or doubtful, whether both sides serve the same files for a storage.
   *
   * @param storage the storage
   * @param result SAME, UNKNOWN or DIFFERENT; only SAME is routed to the network side
   * @param why what was compared, for a person
   */
  record StorageChecked(String storage, String result, String why) implements RouterEvent {}

  /**
   * A breaker changed its state.
   *
   * @param storage the storage whose network side it guards
   * @param from the state before, such as {@code CLOSED}
   * @param to the state now
   */
  record BreakerChanged(String storage, String from, String to) implements RouterEvent {}

  /**
   * A breaker that refuses nobody would have opened.
   *
   * @param storage the storage whose network side it watches
   * @param why what the results were
   */
  record BreakerWouldTrip(String storage, String why) implements RouterEvent {}

  /**
   * Somebody set the mode of a breaker, or reset it, or the time of a mode is over. The end of its
   * time is told by whoever looks first: a call, a result, a status or a scrape.
   *
   * @param storage the storage whose network side it guards
   * @param mode the mode now, such as {@code FORCED_OPEN}; {@code AUTO} after a reset
   * @param limit how long it lasts at most; zero for {@code AUTO}, which lasts
   * @param reason what was given for it
   */
  record BreakerModeSet(String storage, String mode, Duration limit, String reason)
      implements RouterEvent {}

  /**
   * A call left the network side and is served locally.
   *
   * @param storage the storage it is for
   * @param method the full method name
   * @param code the name of the status code that ended the network attempt
   * @param why what made it movable, for a person
   */
  record CallMoved(String storage, String method, String code, String why) implements RouterEvent {}
}
