package io.gitalyrouter.transport;

import static io.gitalyrouter.fixture.Interleaving.check;

import io.gitalyrouter.fixture.Interleaving;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/** Interleaves lease, release and retire, and compares each outcome with one thread's at a time. */
final class LeaseCountLincheckTest {
  private static final int THREADS = 3;

  @Test
  void leases_given_back_and_refused_are_those_of_some_order() {
    new ModelCheckingOptions()
        .threads(THREADS)
        .actorsPerThread(3)
        .actorsBefore(1)
        .actorsAfter(1)
        .iterations(30)
        .invocationsPerIteration(500)
        .sequentialSpecification(Model.class)
        .check(Leases.class);
  }

  /**
   * A lease may be taken just before the door closes, and then its owner closes it; or the door is
   * closed first, and there is no lease. Whoever comes last, one thread alone is told.
   */
  @Test
  void exactly_one_thread_sees_the_end() {
    Lincheck.runConcurrentTest(
        1_000,
        () -> {
          LeaseCount leases = new LeaseCount();
          AtomicInteger ends = new AtomicInteger();
          Runnable call =
              () -> {
                if (leases.tryAcquire() && leases.release()) {
                  ends.incrementAndGet();
                }
              };
          Runnable retire =
              () -> {
                if (leases.retire()) {
                  ends.incrementAndGet();
                }
              };
          Interleaving.of(call, call, retire);
          check(ends.get() == 1, ends.get() + " threads saw the end");
          check(leases.count() == 0, leases.count() + " leases are out");
          check(!leases.tryAcquire(), "a lease was given after the end");
        });
  }

  /** The class under test; a thread gives back only what it took. */
  public static final class Leases {
    private final LeaseCount leases = new LeaseCount();
    private final int[] held = new int[THREADS + 2];

    /** Takes a lease. */
    @Operation
    public boolean acquire(@Param(gen = ThreadIdGen.class) int thread) {
      boolean given = leases.tryAcquire();
      if (given) {
        held[thread]++;
      }
      return given;
    }

    /** Gives a lease back, if this thread has one. */
    @Operation
    public String release(@Param(gen = ThreadIdGen.class) int thread) {
      if (held[thread] == 0) {
        return "has none";
      }
      held[thread]--;
      return leases.release() ? "the last" : "one of some";
    }

    /** Retires. */
    @Operation
    public boolean retire() {
      return leases.retire();
    }

    /** Counts. */
    @Operation
    public long count() {
      return leases.count();
    }
  }

  /** What one thread at a time would see. */
  public static final class Model {
    private final int[] held = new int[THREADS + 2];
    private boolean retired;

    private int out() {
      int sum = 0;
      for (int one : held) {
        sum += one;
      }
      return sum;
    }

    /** Takes a lease. */
    public boolean acquire(int thread) {
      if (!retired) {
        held[thread]++;
      }
      return !retired;
    }

    /** Gives a lease back. */
    public String release(int thread) {
      if (held[thread] == 0) {
        return "has none";
      }
      held[thread]--;
      return retired && out() == 0 ? "the last" : "one of some";
    }

    /** Retires. */
    public boolean retire() {
      boolean first = !retired;
      retired = true;
      return first && out() == 0;
    }

    /** Counts. */
    public long count() {
      return out();
    }
  }
}
