package io.gitalyrouter.route;

/**
 * Where one call goes. The arm and the route are recorded apart, so that a comparison can be made
 * by what was intended. <em>Immutable.</em>
 *
 * @param arm the route that the rules chose for the call
 * @param route the route it takes; differs from the arm when the network side cannot serve it now
 * @param reason the rule that settled it
 */
public record Decision(Route arm, Route route, Reason reason) {
  static final Decision FORCED_LOCAL = local(Reason.FORCED_LOCAL);
  static final Decision OVERRIDE_LOCAL = local(Reason.OVERRIDE);
  static final Decision NO_NETWORK = local(Reason.NO_NETWORK);
  static final Decision ROLE_OFF = local(Reason.ROLE_OFF);
  static final Decision METHOD_RULE = local(Reason.METHOD_RULE);
  static final Decision BUCKET = local(Reason.BUCKET);
  static final Decision PINNED = refused(Reason.PINNED);
  static final Decision NOT_READY = refused(Reason.NOT_READY);
  static final Decision SUSPECT = refused(Reason.SUSPECT);
  static final Decision UNVERIFIED = refused(Reason.UNVERIFIED);
  static final Decision WRONG_STORAGE = refused(Reason.WRONG_STORAGE);
  static final Decision UNKNOWN_METHOD = refused(Reason.UNKNOWN_METHOD);

  /** The network side was meant, failed lately, and the call could not move. */
  public static final Decision DOUBTFUL = refused(Reason.DOUBTFUL);

  /** The network side was meant, and the breaker is open. */
  public static final Decision BREAKER_OPEN = refused(Reason.BREAKER_OPEN);

  /** The network side was meant, and has as many calls as the role allows. */
  public static final Decision IN_FLIGHT_LIMIT = refused(Reason.IN_FLIGHT_LIMIT);

  static final Decision OVERRIDE_NETWORK =
      new Decision(Route.NETWORK, Route.NETWORK, Reason.OVERRIDE);
  static final Decision ROLE = new Decision(Route.NETWORK, Route.NETWORK, Reason.ROLE);

  /** The network side was meant, and a write of the same correlation id was local. */
  static final Decision STAY_LOCAL = refused(Reason.STICKY);

  /** The local side was meant, and a write of the same correlation id was on the network side. */
  static final Decision STAY_NETWORK = new Decision(Route.LOCAL, Route.NETWORK, Reason.STICKY);

  /**
   * What becomes of it if the breaker refuses. A call that was meant for the local side goes there
   * for that reason.
   *
   * @param why the decision for a call that was meant for the network side
   */
  public Decision refusedBecause(Decision why) {
    return arm == Route.LOCAL ? BUCKET : why;
  }

  private static Decision local(Reason reason) {
    return new Decision(Route.LOCAL, Route.LOCAL, reason);
  }

  private static Decision refused(Reason reason) {
    return new Decision(Route.NETWORK, Route.LOCAL, reason);
  }
}
