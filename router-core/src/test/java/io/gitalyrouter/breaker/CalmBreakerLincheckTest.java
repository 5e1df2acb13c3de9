package io.gitalyrouter.breaker;

import static io.gitalyrouter.fixture.Interleaving.check;

import io.gitalyrouter.breaker.RouteBreaker.Permit;
import io.gitalyrouter.fixture.Interleaving;
import io.gitalyrouter.route.BreakerSettings;
import io.github.resilience4j.circuitbreaker.IllegalStateTransitionException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/**
 * Interleaves successes that need only be noted with the failure that ends the calm. Whatever the
 * order, the breaker must know each result once.
 *
 * <p>resilience4j looks its transitions up by hash codes, which Lincheck replaces, so it throws
 * where it would open. That it wants to, and at which result, is what is asked here.
 */
final class CalmBreakerLincheckTest {
  private static final int ORDERS = 200;

  /** Of two successes and two failures the last opens it, whichever that is. */
  private static final BreakerSettings SETTINGS =
      new BreakerSettings(
          /* failureRatePercent= */ 50,
          /* failuresInARow= */ Integer.MAX_VALUE,
          Duration.ofSeconds(10),
          /* minimumCalls= */ 4,
          /* openFor= */ Duration.ofSeconds(2),
          /* trialCalls= */ 1);

  /** A breaker in the calm, and how many results it wanted to open at. */
  private static final class Side {
    private final AtomicInteger opens = new AtomicInteger();
    private final RouteBreaker breaker =
        RouteBreaker.create("s", SETTINGS, () -> 0, (from, to) -> {});

    Permit permit() {
      Permit permit = breaker.tryAcquire();
      if (permit == null) {
        throw new AssertionError("the breaker refused");
      }
      return permit;
    }

    void end(Runnable how) {
      try {
        how.run();
      } catch (IllegalStateTransitionException e) {
        opens.incrementAndGet();
      }
    }

    Runnable success() {
      Permit permit = permit();
      return () -> end(permit::success);
    }

    Runnable failure() {
      Permit permit = permit();
      return () -> end(permit::failure);
    }

    /** With three results it knows too few; one failure more opens it, if none is there twice. */
    void checkOpensAtTheNextFailure() {
      check(opens.get() == 0, "open before four results");
      failure().run();
      check(opens.get() == 1, "not open at two of four");
    }
  }

  @Test
  void failure_that_ends_the_calm_finds_every_success_once() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Side side = new Side();
          Interleaving.of(side.success(), side.success(), side.failure());
          side.checkOpensAtTheNextFailure();
        });
  }

  /** Nobody comes behind it who would learn what is still noted. */
  @Test
  void success_that_is_late_for_the_calm_is_counted_at_once() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Side side = new Side();
          side.success().run();
          Runnable first = side.failure();
          Runnable second = side.failure();
          Interleaving.of(
              side.success(),
              () -> {
                first.run();
                second.run();
              });
          check(side.opens.get() == 1, side.opens.get() + " results of four opened it");
        });
  }

  @Test
  void permit_that_two_end_at_once_counts_once() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Side side = new Side();
          side.success().run();
          Permit permit = side.permit();
          Interleaving.of(permit::success, permit::success, side.failure());
          side.checkOpensAtTheNextFailure();
        });
  }
}
