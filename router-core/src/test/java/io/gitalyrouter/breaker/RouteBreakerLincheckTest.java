package io.gitalyrouter.breaker;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import io.gitalyrouter.breaker.RouteBreaker.Permit;
import io.gitalyrouter.route.BreakerSettings;
import java.time.Duration;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Interleaves calls that ask for permits and end them while the breaker changes its state: what
 * they get must be what they would get one after the other. What that is, the unit test says.
 *
 * <p>resilience4j's own steps are taken as one: it looks its transitions up by hash codes, which
 * Lincheck replaces. The steps between its calls are this package's, and are the ones in question.
 */
final class RouteBreakerLincheckTest {
  /** One trial call: a permit too many is seen at once. */
  private static final BreakerSettings SETTINGS =
      new BreakerSettings(50, 10, Duration.ofSeconds(10), 20, Duration.ofSeconds(2), 1);

  private static void check(Class<?> operations) {
    new ModelCheckingOptions()
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(2)
        .iterations(30)
        .invocationsPerIteration(200)
        .addGuarantee(
            forClasses(name -> name.startsWith("io.github.resilience4j.")).allMethods().ignore())
        .check(operations);
  }

  @Test
  void permit_ends_once_and_late_ends_are_nothing() {
    check(RunningTrial.class);
  }

  @Test
  void permit_belongs_to_the_trial_that_gave_it() {
    check(Trials.class);
  }

  private static RouteBreaker breaker() {
    Clock clock = new Clock();
    RouteBreaker breaker = RouteBreaker.create("s", SETTINGS, clock::nanos, (from, to) -> {});
    clock.breaker = breaker;
    return breaker;
  }

  private static Permit permit(RouteBreaker breaker) {
    Permit permit = breaker.tryAcquire();
    if (permit == null) {
      throw new AssertionError("refused while " + breaker.state());
    }
    return permit;
  }

  /** A trial whose one call is running, and a call that began before the trial. */
  public static final class RunningTrial {
    private final RouteBreaker breaker = breaker();
    private final Permit late = permit(breaker);
    private final Permit running;

    /** Begins the trial. */
    public RunningTrial() {
      breaker.trip();
      running = permit(breaker);
    }

    /** Asks for a permit for a call that never ends. */
    @Operation
    public String acquire() {
      return breaker.tryAcquire() == null ? "refused" : "given";
    }

    /** One of perhaps several ends of the running call. */
    @Operation
    public void ignored() {
      running.ignored();
    }

    /** As above. */
    @Operation
    public void success() {
      running.success();
    }

    /** The call from before the trial ends. */
    @Operation
    public void lateIgnored() {
      late.ignored();
    }

    /** The breaker opens; whoever asks next begins another trial. */
    @Operation
    public void trip() {
      breaker.trip();
    }
  }

  /** Trials one after the other, and calls that give up. */
  public static final class Trials {
    private final RouteBreaker breaker = breaker();
    private final @Nullable Permit[] held = new Permit[4];

    /** Whoever asks first begins the first trial. */
    public Trials() {
      breaker.trip();
    }

    /** Asks for a permit. */
    @Operation
    public String acquire(@Param(gen = ThreadIdGen.class) int thread) {
      Permit permit = breaker.tryAcquire();
      if (permit != null) {
        held[thread] = permit;
      }
      return permit == null ? "refused" : "given";
    }

    /** The thread's last call gives up. */
    @Operation
    public void giveUp(@Param(gen = ThreadIdGen.class) int thread) {
      Permit permit = held[thread];
      if (permit != null) {
        permit.ignored();
      }
    }

    /** The breaker opens; whoever asks next begins another trial. */
    @Operation
    public void trip() {
      breaker.trip();
    }
  }

  /** Time passes only while the breaker is open. Looked at under the breaker's lock. */
  private static final class Clock {
    private @Nullable RouteBreaker breaker;
    private long now;

    long nanos() {
      if (breaker != null && breaker.state().equals("OPEN")) {
        now += SETTINGS.openFor().toNanos() + 1;
      }
      return now;
    }
  }
}
