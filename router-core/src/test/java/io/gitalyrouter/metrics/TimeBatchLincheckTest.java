package io.gitalyrouter.metrics;

import static io.gitalyrouter.fixture.Interleaving.check;

import io.gitalyrouter.fixture.Interleaving;
import io.gitalyrouter.stripe.PaddedLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/** Interleaves threads of one stripe, of two, and who asks for all: each time is told once. */
final class TimeBatchLincheckTest {
  private static final int ORDERS = 1_000;
  private static final int FULL = 4;

  /** Two stripes that take turns, and how often times were told. */
  private static final class Desk {
    private final PaddedLong telling = new PaddedLong();
    private final TimeBatch one = new TimeBatch(FULL, telling, 1);
    private final TimeBatch other = new TimeBatch(FULL, telling, 2);
    private final AtomicInteger added = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();

    /** So many that the next one is told with them. */
    Desk nearlyFull() {
      for (int i = 1; i < FULL; i++) {
        add(one);
        add(other);
      }
      return this;
    }

    void add(TimeBatch batch) {
      int time = added.incrementAndGet();
      if (!batch.add(this::tell, time)) {
        tell(time);
      }
    }

    private void tell(long time) {
      told.incrementAndGet();
    }

    void checkEachIsToldOnce() {
      one.tellAll();
      other.tellAll();
      check(told.get() == added.get(), told.get() + " of " + added.get() + " times were told");
      check(telling.get() == 0, "the turn is still with stripe " + telling.get());
    }
  }

  @Test
  void threads_of_one_stripe_lose_nothing_while_all_is_asked_for() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Desk desk = new Desk();
          Interleaving.of(
              () -> desk.add(desk.one), () -> desk.add(desk.one), () -> desk.one.tellAll());
          desk.checkEachIsToldOnce();
        });
  }

  @Test
  void batch_that_gets_full_is_told_once() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Desk desk = new Desk().nearlyFull();
          Interleaving.of(
              () -> desk.add(desk.one), () -> desk.add(desk.one), () -> desk.one.tellAll());
          desk.checkEachIsToldOnce();
        });
  }

  @Test
  void stripes_that_get_full_together_tell_each_time_once() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Desk desk = new Desk().nearlyFull();
          Interleaving.of(
              () -> desk.add(desk.one), () -> desk.add(desk.other), () -> desk.add(desk.other));
          desk.checkEachIsToldOnce();
        });
  }
}
