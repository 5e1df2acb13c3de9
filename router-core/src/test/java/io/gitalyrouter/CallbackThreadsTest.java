package io.gitalyrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callbacks share a thread while they are short, and never wait for one that is not. */
@Timeout(60)
final class CallbackThreadsTest {
  private static final long PATIENCE = CallbackQueue.PATIENCE.toNanos();

  private final AtomicLong now = new AtomicLong();
  private final Ticker ticker = now::get;
  private final HandWatch watch = new HandWatch();
  private final Set<Thread> made = ConcurrentHashMap.newKeySet();
  private final CountDownLatch blocked = new CountDownLatch(1);
  private final CallbackThreads threads = new CallbackThreads(this::thread, watch, ticker);

  /** Keeps what it is told to do later until the test does it. */
  private static final class HandWatch extends ScheduledThreadPoolExecutor {
    private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();
    private final List<Long> delays = new ArrayList<>();

    HandWatch() {
      super(1, new DiscardPolicy());
    }

    @Override
    public synchronized ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      later.add(task);
      delays.add(unit.toNanos(delay));
      return super.schedule(() -> {}, 0, unit);
    }

    /** Does what was to be done by now, not what follows from it. */
    int pass() {
      int due = later.size();
      for (int i = 0; i < due; i++) {
        later.remove().run();
      }
      return due;
    }

    synchronized long lastDelay() {
      return delays.get(delays.size() - 1);
    }
  }

  private Thread thread(Runnable task) {
    Thread thread = new Thread(task, "callback-test");
    thread.setDaemon(true);
    made.add(thread);
    return thread;
  }

  @AfterEach
  void stop() {
    blocked.countDown();
    threads.shutdown();
  }

  private void block() {
    blockUntil(blocked);
  }

  /** Has a callback begin that lasts until then. */
  private void blockUntil(CountDownLatch free) {
    CountDownLatch begun = new CountDownLatch(1);
    threads.execute(
        () -> {
          begun.countDown();
          awaitQuietly(free);
        });
    awaitQuietly(begun);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Set<Thread> runOnes(int count) {
    Set<Thread> ran = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < count; i++) {
      CountDownLatch done = new CountDownLatch(1);
      threads.execute(
          () -> {
            ran.add(Thread.currentThread());
            done.countDown();
          });
      awaitQuietly(done);
    }
    return ran;
  }

  @Test
  void short_callbacks_share_one_thread() {
    assertThat(runOnes(100)).hasSize(1);
    assertThat(made).hasSize(1);
  }

  @Test
  void callback_that_comes_while_one_is_long_gets_a_thread_of_its_own() {
    block();
    now.addAndGet(CallbackThreads.LONG_NANOS + 1);
    assertThat(runOnes(1)).hasSize(1);
    assertThat(made).hasSize(2);
  }

  @Test
  void callback_that_comes_early_waits_and_goes_with_the_next() {
    block();
    CountDownLatch early = new CountDownLatch(1);
    threads.execute(early::countDown);
    assertThat(early.getCount()).isEqualTo(1);
    now.addAndGet(CallbackThreads.LONG_NANOS + 1);
    runOnes(1);
    awaitQuietly(early);
  }

  @Test
  void callback_that_nobody_follows_is_moved_by_the_watch() {
    block();
    CountDownLatch alone = new CountDownLatch(1);
    threads.execute(alone::countDown);
    watch.pass();
    assertThat(alone.getCount()).as("one look does not tell how long it waits").isEqualTo(1);
    watch.pass();
    awaitQuietly(alone);
  }

  @Test
  void callbacks_that_wait_for_each_other_all_run() throws Exception {
    int parties = 50;
    CyclicBarrier barrier = new CyclicBarrier(parties);
    CountDownLatch met = new CountDownLatch(parties);
    for (int i = 0; i < parties; i++) {
      threads.execute(
          () -> {
            try {
              barrier.await();
              met.countDown();
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          });
    }
    await().pollInSameThread().until(() -> watch.pass() >= 0 && met.getCount() == 0);
  }

  @Test
  void watch_stops_when_nothing_waits_and_starts_again() {
    runOnes(1);
    await().pollInSameThread().until(() -> watch.pass() == 0);
    runOnes(1);
    assertThat(watch.later).hasSize(1);
    assertThat(watch.lastDelay()).isEqualTo(PATIENCE);
  }

  @Test
  void every_callback_has_a_thread_while_it_is_crowded() {
    block();
    crowd();
    block();
    block();
    runOnes(1);
    blocked.countDown();
    watch.pass();
    await().until(() -> !threads.isBusy());
    made.clear();
    runOnes(20);
    assertThat(made).as("the one thread lives").isEmpty();
  }

  @Test
  void pause_grows_while_callbacks_block_each_time_and_is_short_again_later() {
    long first = CallbackQueue.FIRST_PAUSE.toNanos();
    block();
    crowd();
    assertThat(watch.lastDelay()).isEqualTo(first);
    blocked.countDown();
    await().until(() -> !threads.isBusy());
    assertThat(crowdAgainAfter(first)).isEqualTo(2 * first);
    assertThat(crowdAgainAfter(2 * first)).isEqualTo(4 * first);
    watch.pass();
    now.addAndGet(4 * first);
    assertThat(crowdAgainAfter(0)).isEqualTo(first);
    for (int i = 0; i < 10; i++) {
      crowdAgainAfter(0);
    }
    assertThat(watch.lastDelay()).isEqualTo(CallbackQueue.LONGEST_PAUSE.toNanos());
  }

  /** Has a callback wait in the queue for two looks. */
  private void crowd() {
    CountDownLatch moved = new CountDownLatch(1);
    threads.execute(moved::countDown);
    watch.pass();
    watch.pass();
    awaitQuietly(moved);
  }

  private long crowdAgainAfter(long pause) {
    now.addAndGet(pause);
    watch.pass();
    CountDownLatch free = new CountDownLatch(1);
    blockUntil(free);
    crowd();
    free.countDown();
    await().until(() -> !threads.isBusy());
    return watch.lastDelay();
  }

  @Test
  void callback_that_throws_stops_no_other() {
    threads.execute(
        () -> {
          Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
          throw new IllegalStateException("planned");
        });
    assertThat(runOnes(2)).hasSize(1);
  }

  @Test
  void what_waits_at_the_shutdown_or_comes_later_still_runs() {
    block();
    CountDownLatch waits = new CountDownLatch(1);
    threads.execute(waits::countDown);
    threads.shutdown();
    awaitQuietly(waits);
    CountDownLatch late = new CountDownLatch(1);
    threads.execute(late::countDown);
    awaitQuietly(late);
    assertThat(threads.isShutdown()).isTrue();
    assertThat(threads.isTerminated()).isFalse();
    blocked.countDown();
    await().until(threads::isTerminated);
  }

  @Test
  void every_callback_runs_once_whatever_happens_meanwhile() throws Exception {
    int callers = 4;
    int each = 20_000;
    AtomicIntegerArray runs = new AtomicIntegerArray(callers * each);
    AtomicInteger left = new AtomicInteger(callers * each);
    List<Thread> started = new ArrayList<>();
    for (int caller = 0; caller < callers; caller++) {
      int from = caller * each;
      Thread thread =
          new Thread(
              () -> {
                for (int i = from; i < from + each; i++) {
                  int number = i;
                  threads.execute(
                      () -> {
                        runs.incrementAndGet(number);
                        if (number % 512 == 0) {
                          now.addAndGet(CallbackThreads.LONG_NANOS / 2);
                        }
                        left.decrementAndGet();
                      });
                }
              });
      thread.start();
      started.add(thread);
    }
    while (left.get() > each / 2) {
      watch.pass();
    }
    threads.shutdown();
    for (Thread thread : started) {
      thread.join();
    }
    await().until(() -> left.get() == 0);
    for (int i = 0; i < runs.length(); i++) {
      assertThat(runs.get(i)).as("runs of callback %s", i).isEqualTo(1);
    }
  }
}
