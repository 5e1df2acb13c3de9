package io.gitalyrouter.transport;

import static io.gitalyrouter.fixture.Interleaving.check;

import io.gitalyrouter.fixture.FakeChannel;
import io.gitalyrouter.fixture.Interleaving;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.stripe.Stripes;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/**
 * Interleaves what calls and a retirement do. Stripes are closed one after the other, so there is
 * no one moment of retirement: what must hold is that the end is told once, behind the last call.
 */
final class LeasesLincheckTest {
  private static final int ORDERS = 400;

  private static final LiveEndpoint ENDPOINT =
      FakeEndpoint.ready(Route.LOCAL, "unix:/gitaly.socket", new FakeChannel(), () -> 0);

  /** Leases, the calls that hold one, and how often the end was told. */
  private static final class Door {
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private final Leases leases = new Leases(ENDPOINT, this::end);

    private void end() {
      check(running.get() == 0, "the door closed before a call");
      ends.incrementAndGet();
    }

    /** A call that begins in a thread of this stripe. */
    Runnable call(int stripe) {
      return () -> {
        Lease lease = leases.tryAcquire(stripe);
        if (lease != null) {
          running.incrementAndGet();
          running.decrementAndGet();
          lease.release();
        }
      };
    }

    Lease held(int stripe) {
      Lease lease = leases.tryAcquire(stripe);
      check(lease != null, "no lease before the retirement");
      running.incrementAndGet();
      return lease == null ? new Lease(ENDPOINT, leases) : lease;
    }

    Runnable giveBack(Lease lease) {
      return () -> {
        running.decrementAndGet();
        lease.release();
      };
    }

    void retire() {
      if (leases.retire()) {
        end();
      }
      for (int stripe = 0; stripe < Stripes.COUNT; stripe++) {
        check(leases.tryAcquire(stripe) == null, "a lease was given after the retirement");
      }
    }

    void checkClosedOnce() {
      check(ends.get() == 1, ends.get() + " threads saw the end");
      check(leases.count() == 0, leases.count() + " leases are out");
    }
  }

  @Test
  void end_is_told_once_whatever_begins_meanwhile() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Door door = new Door();
          Interleaving.of(door.call(0), door.call(1), door::retire);
          door.checkClosedOnce();
        });
  }

  @Test
  void end_is_told_once_whatever_ends_meanwhile() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Door door = new Door();
          Runnable one = door.giveBack(door.held(0));
          Runnable other = door.giveBack(door.held(1));
          Interleaving.of(one, other, door::retire);
          door.checkClosedOnce();
        });
  }

  @Test
  void two_that_retire_tell_one_end() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Door door = new Door();
          Runnable retire =
              () -> {
                if (door.leases.retire()) {
                  door.end();
                }
              };
          Interleaving.of(door.giveBack(door.held(0)), retire, retire);
          door.checkClosedOnce();
        });
  }

  @Test
  void call_that_runs_all_the_time_is_always_counted() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Door door = new Door();
          Lease held = door.held(1);
          AtomicInteger fewest = new AtomicInteger(Integer.MAX_VALUE);
          Runnable count =
              () -> fewest.set((int) Math.min(door.leases.count(), door.leases.count()));
          Interleaving.of(door.call(0), door.call(1), count);
          check(fewest.get() >= 1, fewest.get() + " leases were counted");
          held.release();
        });
  }

  /**
   * Of two that come at once for the last place both may be refused; never is one given too many.
   */
  @Test
  void limit_holds_over_all_stripes() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Door door = new Door();
          AtomicInteger given = new AtomicInteger();
          Interleaving.of(
              limited(door, 0, given), limited(door, 1, given), limited(door, 2, given));
          check(given.get() <= 2, given.get() + " leases of 2 were given");
          check(door.leases.count() == given.get(), door.leases.count() + " are counted");
        });
  }

  private static Runnable limited(Door door, int stripe, AtomicInteger given) {
    return () -> {
      if (door.leases.tryAcquire(stripe, 2) != null) {
        given.incrementAndGet();
      }
    };
  }
}
