package io.gitalyrouter.route;

import java.util.Locale;

/** Why a call goes where it goes. The order is the order in which the rules are asked. */
public enum Reason {
  /** All calls are forced local: the kill switch, or the process asked for it. */
  FORCED_LOCAL,
  /** The call itself asked for a route. */
  OVERRIDE,
  /** The storage has no network endpoint. */
  NO_NETWORK,
  /** No role sends this storage's calls to the network on this host. */
  ROLE_OFF,
  /** A write of the same correlation id was on the other side than the role's choice. */
  STICKY,
  /** The role is on, and is not about this method. */
  METHOD_RULE,
  /** The role is on, and the percentage chose the local side for this call. */
  BUCKET,
  /** The method must stay with one server. */
  PINNED,
  /** The network endpoint has no connection yet, or has lost it. */
  NOT_READY,
  /** The network endpoint is silent. */
  SUSPECT,
  /** It is not known yet whether the network side serves the same files. */
  UNVERIFIED,
  /** The network side serves other files, or none: its share is not mounted, or is another one. */
  WRONG_STORAGE,
  /** The network side does not know the method. */
  UNKNOWN_METHOD,
  /** The network side failed lately, and the call could not move if it failed again. */
  DOUBTFUL,
  /** The breaker is open. */
  BREAKER_OPEN,
  /** As many calls as the role allows run on the network endpoint. */
  IN_FLIGHT_LIMIT,
  /** The role sends the call to the network side, and nothing objects. */
  ROLE;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The name used in meters, such as {@code breaker_open}. */
  public String label() {
    return label;
  }
}
