package io.gitalyrouter;

import static io.gitalyrouter.fixture.Interleaving.check;

import io.gitalyrouter.fixture.Interleaving;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/**
 * Interleaves callers with the watch and with the one thread, which is blocked unless a test lets
 * it run. A callback must not be left behind: it has run, or it waits and a look at it is to come.
 */
final class CallbackQueueLincheckTest {
  private static final int ORDERS = 400;

  /** A queue, its one thread and its watch, both driven by the test. */
  private static final class Desk {
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();
    private final AtomicInteger runs = new AtomicInteger();
    private final CallbackQueue queue =
        new CallbackQueue(
            waiting::add,
            waiting,
            Runnable::run,
            () -> false,
            (task, delayNanos) -> later.add(task),
            () -> 0);

    void call() {
      queue.execute(runs::incrementAndGet);
    }

    void watch() {
      Runnable task = later.poll();
      check(task != null, "the watch has nothing to do");
      if (task != null) {
        task.run();
      }
    }

    void runOne() {
      Runnable next = waiting.poll();
      if (next != null) {
        next.run();
      }
    }

    /** One callback waits, and the watch has seen it once. */
    static Desk watched() {
      Desk desk = new Desk();
      desk.call();
      desk.watch();
      return desk;
    }

    /** All callbacks go to the many now, and the watch will end that. */
    static Desk crowded() {
      Desk desk = watched();
      desk.watch();
      check(desk.runs.get() == 1, "it is not crowded");
      return desk;
    }

    void checkNoneLeftBehind(int calls) {
      check(later.size() <= 1, later.size() + " looks are to come");
      for (int look = 0; runs.get() < calls && look < 3; look++) {
        watch();
      }
      check(runs.get() == calls, runs.get() + " runs of " + calls + " callbacks");
    }
  }

  @Test
  void none_is_left_behind_while_it_becomes_crowded() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Desk desk = Desk.watched();
          Interleaving.of(desk::call, desk::call, desk::watch);
          check(desk.waiting.isEmpty(), desk.waiting.size() + " wait though it is crowded");
          desk.checkNoneLeftBehind(3);
        });
  }

  @Test
  void none_is_left_behind_while_the_watch_stops() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Desk desk = new Desk();
          desk.call();
          desk.runOne();
          Interleaving.of(desk::call, desk::watch);
          desk.checkNoneLeftBehind(2);
        });
  }

  @Test
  void none_is_left_behind_while_the_one_takes_over_again() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Desk desk = Desk.crowded();
          Interleaving.of(desk::call, desk::watch);
          desk.checkNoneLeftBehind(2);
        });
  }

  @Test
  void two_that_come_at_once_have_one_look() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Desk desk = new Desk();
          Interleaving.of(desk::call, desk::call, desk::runOne);
          desk.checkNoneLeftBehind(2);
        });
  }

  @Test
  void none_runs_twice_while_both_take_what_waits() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Desk desk = Desk.watched();
          desk.call();
          Interleaving.of(desk::runOne, desk::watch, desk::call);
          desk.checkNoneLeftBehind(3);
        });
  }
}
