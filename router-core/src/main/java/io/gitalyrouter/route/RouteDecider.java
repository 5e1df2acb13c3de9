package io.gitalyrouter.route;

import org.jspecify.annotations.Nullable;

/** Decides the route of one call: the first rule that matches. Pure. <em>Immutable.</em> */
public final class RouteDecider {
  /** Buckets of a percentage: its resolution is 100 / this. */
  public static final int BUCKETS = 10_000;

  private RouteDecider() {}

  /**
   * Decides, all but the breaker: asking that takes a permit, so the caller asks it last.
   *
   * @param forcedLocal whether all calls are forced local
   * @param override the route that the call itself asks for, if any
   * @param routes the storage's routes
   * @param ruledIn whether the role is about the method
   * @param pinned whether the method must stay with one server
   * @param bucket the call's bucket, 0 to {@value #BUCKETS} - 1; below the percentage's share it is
   *     meant for the network side
   * @param network whether the network side can take a call
   */
  public static Decision decide(
      boolean forcedLocal,
      @Nullable Route override,
      StorageRoutes routes,
      boolean ruledIn,
      boolean pinned,
      int bucket,
      NetworkCondition network) {
    if (forcedLocal) {
      return Decision.FORCED_LOCAL;
    }
    if (override == Route.LOCAL) {
      return Decision.OVERRIDE_LOCAL;
    }
    if (routes.network().isEmpty()) {
      return Decision.NO_NETWORK;
    }
    if (override == null) {
      if (!routes.rule().isOn()) {
        return Decision.ROLE_OFF;
      }
      if (!ruledIn) {
        return Decision.METHOD_RULE;
      }
      if (bucket >= routes.rule().networkBuckets()) {
        return Decision.BUCKET;
      }
    }
    if (pinned) {
      return Decision.PINNED;
    }
    return switch (network) {
      case NOT_READY -> Decision.NOT_READY;
      case SUSPECT -> Decision.SUSPECT;
      case UNVERIFIED -> Decision.UNVERIFIED;
      case WRONG_STORAGE -> Decision.WRONG_STORAGE;
      case UNKNOWN_METHOD -> Decision.UNKNOWN_METHOD;
      case READY -> override == null ? Decision.ROLE : Decision.OVERRIDE_NETWORK;
    };
  }

  /**
   * Keeps a call on the side of a write that went before it. Only the choice of the role and its
   * percentage gives way; a network side that cannot take the call still means local, as what the
   * write did is there too, if perhaps seen a little later.
   *
   * @param decision what was decided without the write
   * @param side the side of the write
   * @param network whether the network side can take a call
   */
  public static Decision stay(Decision decision, Route side, NetworkCondition network) {
    if (decision.reason() == Reason.ROLE && side == Route.LOCAL) {
      return Decision.STAY_LOCAL;
    }
    boolean toNetwork = decision.reason() == Reason.BUCKET && side == Route.NETWORK;
    return toNetwork && network == NetworkCondition.READY ? Decision.STAY_NETWORK : decision;
  }
}
