package io.gitalyrouter.config.admin;

import io.gitalyrouter.breaker.BreakerMode;
import io.gitalyrouter.config.admin.proto.Fault;
import io.gitalyrouter.transport.InjectedFault;

/** The words of the protocol, and those of the router. <em>Immutable.</em> */
final class Wire {
  private Wire() {}

  /**
   * A breaker's mode for the wire.
   *
   * @throws IllegalArgumentException for AUTO, which is asked for in another way
   */
  static io.gitalyrouter.config.admin.proto.BreakerMode mode(BreakerMode mode) {
    return switch (mode) {
      case FORCED_OPEN -> io.gitalyrouter.config.admin.proto.BreakerMode.BREAKER_MODE_FORCED_OPEN;
      case FORCED_CLOSED ->
          io.gitalyrouter.config.admin.proto.BreakerMode.BREAKER_MODE_FORCED_CLOSED;
      case WOULD_HAVE_TRIPPED ->
          io.gitalyrouter.config.admin.proto.BreakerMode.BREAKER_MODE_WOULD_HAVE_TRIPPED;
      case AUTO -> throw new IllegalArgumentException("mode: AUTO (expected: a forced mode)");
    };
  }

  /**
   * A breaker's mode from the wire.
   *
   * @throws IllegalArgumentException if it is none
   */
  static BreakerMode mode(io.gitalyrouter.config.admin.proto.BreakerMode mode) {
    return switch (mode) {
      case BREAKER_MODE_FORCED_OPEN -> BreakerMode.FORCED_OPEN;
      case BREAKER_MODE_FORCED_CLOSED -> BreakerMode.FORCED_CLOSED;
      case BREAKER_MODE_WOULD_HAVE_TRIPPED -> BreakerMode.WOULD_HAVE_TRIPPED;
      default -> throw new IllegalArgumentException("mode: " + mode + " (expected: a forced mode)");
    };
  }

  /** A fault's kind for the wire. */
  static Fault fault(InjectedFault.Kind kind) {
    return switch (kind) {
      case UNAVAILABLE -> Fault.FAULT_UNAVAILABLE;
      case SLOW -> Fault.FAULT_SLOW;
      case RESET -> Fault.FAULT_RESET;
    };
  }

  /**
   * A fault's kind from the wire.
   *
   * @throws IllegalArgumentException if it is none
   */
  static InjectedFault.Kind kind(Fault fault) {
    return switch (fault) {
      case FAULT_UNAVAILABLE -> InjectedFault.Kind.UNAVAILABLE;
      case FAULT_SLOW -> InjectedFault.Kind.SLOW;
      case FAULT_RESET -> InjectedFault.Kind.RESET;
      default -> throw new IllegalArgumentException("fault: " + fault + " (expected: a fault)");
    };
  }
}
