package io.gitalyrouter.sim;

import io.gitalyrouter.breaker.RouteBreaker;
import io.gitalyrouter.route.BreakerSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The router, and what it is compared with. <em>Immutable.</em> */
public final class Contenders {
  /** The name of this project's router. */
  public static final String ROUTER = "gitaly-router";

  private Contenders() {}

  /** All of them by name, the router first. */
  public static Map<String, Contender.Maker> all() {
    Map<String, Contender.Maker> all = new LinkedHashMap<>();
    all.put(ROUTER, RealRouter::new);
    all.put("network only", world -> new PerStorage(world, NetworkOnly::new));
    all.put("error-rate switch", world -> new PerStorage(world, ErrorRateSwitch::new));
    all.put("pin until error", world -> new PerStorage(world, PinUntilError::new));
    all.put("fail-fast breaker", world -> new PerStorage(world, FailFastBreaker::new));
    return all;
  }

  /** A plain channel to the network side. <em>Not thread-safe; confined to the simulation.</em> */
  private static final class NetworkOnly extends Baseline {
    NetworkOnly(World world) {
      super(world);
    }

    @Override
    Choice choose() {
      return Choice.of(Side.NETWORK);
    }
  }

  /**
   * Looks at the ends of each period: if there were at least three failures, and half of all calls
   * failed, it switches to the local side and stays. <em>Not thread-safe; confined to the
   * simulation.</em>
   */
  private static final class ErrorRateSwitch extends Baseline {
    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final World world;
    private boolean switched;
    private int ends;
    private int failures;

    ErrorRateSwitch(World world) {
      super(world);
      this.world = world;
      world.time().after(PERIOD.toNanos(), this::look);
    }

    private void look() {
      switched |= failures >= 3 && failures * 2 >= ends;
      ends = 0;
      failures = 0;
      world.time().after(PERIOD.toNanos(), this::look);
    }

    @Override
    Choice choose() {
      return switched ? Choice.of(Side.LOCAL) : new Choice(Side.NETWORK, this::count);
    }

    private void count(boolean sick) {
      ends++;
      failures += sick ? 1 : 0;
    }
  }

  /**
   * Stays with a side until it fails once, then with the other. <em>Not thread-safe; confined to
   * the simulation.</em>
   */
  private static final class PinUntilError extends Baseline {
    private Side pinned = Side.NETWORK;

    PinUntilError(World world) {
      super(world);
    }

    @Override
    Choice choose() {
      Side side = pinned;
      return new Choice(side, sick -> leaveIf(sick && side == pinned));
    }

    private void leaveIf(boolean failed) {
      if (failed) {
        pinned = pinned == Side.NETWORK ? Side.LOCAL : Side.NETWORK;
      }
    }
  }

  /**
   * The router's own breaker with the router's own settings, but no other side. <em>Not
   * thread-safe; confined to the simulation.</em>
   */
  private static final class FailFastBreaker extends Baseline {
    private final RouteBreaker breaker;

    FailFastBreaker(World world) {
      super(world);
      this.breaker =
          RouteBreaker.create(
              "fail fast", BreakerSettings.DEFAULT, world.time(), (before, after) -> {});
    }

    @Override
    Choice choose() {
      RouteBreaker.Permit permit = breaker.tryAcquire();
      if (permit == null) {
        return Choice.of(Side.REFUSED);
      }
      return new Choice(
          Side.NETWORK,
          sick -> {
            if (sick) {
              permit.failure();
            } else {
              permit.success();
            }
          });
    }
  }
}
