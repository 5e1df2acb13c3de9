package io.gitalyrouter.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.fixture.Interleaving;
import io.gitalyrouter.stripe.Stripes;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ReplayBudgetTest {
  private static final long LARGE = 16L << 20;

  private final ReplayBudget large = new ReplayBudget(LARGE, LARGE);

  /** What a stripe of {@link #large} takes beyond what a call asks for. */
  private static final long LARGE_CHUNK = LARGE / 1024;

  private static void retain(ReplayBudget budget, long bytes) {
    assertThat(budget.tryRetain(bytes, 0)).as("%d bytes", bytes).isTrue();
  }

  @Test
  void call_keeps_up_to_its_bound_and_no_more() {
    ReplayBudget budget = new ReplayBudget(/* callBytes= */ 100, /* routerBytes= */ 1000);
    assertThat(budget.tryRetain(101, 0)).isFalse();
    assertThat(budget.tryRetain(60, 40)).isTrue();
    assertThat(budget.tryRetain(61, 40)).isFalse();
    assertThat(budget.tryRetain(1, 100)).isFalse();
    assertThat(budget.tryRetain(0, 100)).isTrue();
    assertThat(budget.retainedBytes()).as("what is refused is not kept").isEqualTo(60);
  }

  @Test
  void bound_of_all_calls_is_exact_when_it_is_tiny() {
    ReplayBudget budget = new ReplayBudget(/* callBytes= */ 100, /* routerBytes= */ 150);
    retain(budget, 100);
    retain(budget, 49);
    assertThat(budget.tryRetain(2, 0)).isFalse();
    retain(budget, 1);
    assertThat(budget.tryRetain(1, 0)).isFalse();
    assertThat(budget.retainedBytes()).isEqualTo(150);
    budget.release(1);
    assertThat(budget.tryRetain(2, 0)).isFalse();
    retain(budget, 1);
    budget.release(150);
    assertThat(budget.retainedBytes()).isZero();
    retain(budget, 100);
  }

  @Test
  void nothing_is_kept_without_a_budget() {
    ReplayBudget none = new ReplayBudget(0, 0);
    assertThat(none.tryRetain(1, 0)).isFalse();
    assertThat(none.retainedBytes()).isZero();
  }

  @Test
  void bytes_may_be_given_back_by_another_thread_than_took_them() {
    Interleaving.of(() -> retain(large, 1_000), () -> retain(large, 3 * LARGE_CHUNK));
    assertThat(large.retainedBytes()).isEqualTo(1_000 + 3 * LARGE_CHUNK);
    Interleaving.of(() -> large.release(400), () -> large.release(LARGE_CHUNK));
    assertThat(large.retainedBytes()).isEqualTo(600 + 2 * LARGE_CHUNK);
    Interleaving.of(() -> large.release(600 + 2 * LARGE_CHUNK));
    assertThat(large.retainedBytes()).isZero();
  }

  @Test
  void what_others_spare_is_taken_back_before_a_call_is_refused() {
    long others = 4;
    Runnable small = () -> retain(large, 100);
    Interleaving.of(small, small, small, small);
    assertThat(large.retainedBytes()).isEqualTo(100 * others);
    Interleaving.of(
        () -> {
          long rest = LARGE - 100 * others;
          assertThat(large.tryRetain(rest + 1, 0)).isFalse();
          retain(large, rest);
          assertThat(large.tryRetain(1, 0)).isFalse();
        });
    assertThat(large.retainedBytes()).isEqualTo(LARGE);
    Interleaving.of(() -> assertThat(large.tryRetain(1, 0)).isFalse());
  }

  @Test
  void bound_is_reached_to_the_byte_in_small_pieces_as_well() {
    Runnable small = () -> retain(large, 100);
    Interleaving.of(small, small, small);
    long piece = 10_000;
    for (long kept = 300; kept < LARGE; kept += piece) {
      retain(large, Math.min(piece, LARGE - kept));
    }
    assertThat(large.retainedBytes()).isEqualTo(LARGE);
    assertThat(large.tryRetain(1, 0)).isFalse();
  }

  @Test
  void what_many_calls_gave_back_on_one_stripe_is_there_for_the_others() {
    int calls = 16;
    long each = LARGE / calls;
    for (int i = 0; i < calls; i++) {
      retain(large, each);
    }
    assertThat(large.tryRetain(1, 0)).isFalse();
    for (int i = 0; i < calls; i++) {
      large.release(each);
    }
    assertThat(large.retainedBytes()).isZero();
    Interleaving.of(() -> retain(large, LARGE));
    assertThat(large.retainedBytes()).isEqualTo(LARGE);
  }

  @Test
  void lowered_bound_is_not_exceeded_by_what_stripes_spare() {
    ReplayBudget large = new ReplayBudget(/* callBytes= */ 1 << 20, /* routerBytes= */ 16 << 20);
    assertThat(large.tryRetain(100, 0)).isTrue();
    assertThat(large.tryRetain(2_000, 0)).isTrue();
    large.limit(/* newCallBytes= */ 1 << 20, /* newRouterBytes= */ 1_100);
    assertThat(large.tryRetain(1, 0)).isFalse();
    large.release(2_000);
    assertThat(large.retainedBytes()).isEqualTo(100);
    assertThat(large.tryRetain(1_001, 0)).isFalse();
    assertThat(large.tryRetain(1_000, 0)).isTrue();
    assertThat(large.retainedBytes()).isEqualTo(1_100);
  }

  @Test
  void lowered_bound_leaves_what_is_kept_and_refuses_more() {
    ReplayBudget budget = new ReplayBudget(/* callBytes= */ 500, /* routerBytes= */ 1000);
    retain(budget, 500);
    retain(budget, 300);
    budget.limit(/* newCallBytes= */ 200, /* newRouterBytes= */ 600);
    assertThat(budget.retainedBytes()).isEqualTo(800);
    assertThat(budget.tryRetain(1, 0)).isFalse();
    budget.release(300);
    assertThat(budget.tryRetain(1, 500)).as("more than a call may keep now").isFalse();
    assertThat(budget.tryRetain(101, 0)).isFalse();
    assertThat(budget.tryRetain(100, 0)).isTrue();
    assertThat(budget.tryRetain(1, 0)).isFalse();
    budget.release(600);
    assertThat(budget.retainedBytes()).isZero();
    budget.limit(500, 1000);
    retain(budget, 500);
  }

  @Test
  void more_than_the_bound_is_never_kept_by_threads_of_different_stripes() {
    new Load(LARGE).run(/* step= */ 1);
    new Load(1_000).run(/* step= */ 1);
  }

  @Test
  void more_than_the_bound_is_never_kept_by_threads_of_one_stripe() {
    new Load(LARGE).run(Stripes.COUNT);
    new Load(1_000).run(Stripes.COUNT);
  }

  /** Four threads that keep more together than the bound allows, if they are let. */
  private static final class Load {
    private static final int THREADS = 4;

    /** Even one thread alone wants too much now and then. */
    private static final int PIECES = 6;

    private final int bound;
    private final ReplayBudget budget;
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong most = new AtomicLong();
    private final AtomicInteger refused = new AtomicInteger();
    private final CountDownLatch waitedFor = new CountDownLatch(THREADS);

    Load(long bound) {
      this.bound = (int) bound;
      this.budget = new ReplayBudget(bound, bound);
    }

    /** Threads made one after the other stand on stripes one after the other. */
    void run(int step) {
      Runnable[] tasks = new Runnable[(THREADS - 1) * step + 1];
      for (int i = 0; i < tasks.length; i++) {
        Random random = new Random(i);
        tasks[i] = i % step == 0 ? () -> calls(random) : () -> {};
      }
      Interleaving.of(tasks);
      assertThat(most.get()).isBetween(bound / 2L, (long) bound);
      assertThat(refused.get()).as("the bound was reached").isPositive();
      assertThat(budget.retainedBytes()).isZero();
      assertThat(budget.tryRetain(bound, 0)).as("all of it is there again").isTrue();
    }

    private void calls(Random random) {
      waitedFor.countDown();
      try {
        waitedFor.await();
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted before the start", e);
      }
      int[] pieces = new int[PIECES];
      for (int call = 0; call < 50_000; call++) {
        int place = call % PIECES;
        release(pieces[place]);
        pieces[place] = retain(1 + random.nextInt(random.nextBoolean() ? bound / 3 : 100));
      }
      for (int piece : pieces) {
        release(piece);
      }
    }

    /** Returns what is kept now. */
    private int retain(int bytes) {
      if (budget.tryRetain(bytes, 0)) {
        most.accumulateAndGet(held.addAndGet(bytes), Math::max);
        return bytes;
      }
      refused.incrementAndGet();
      return 0;
    }

    private void release(int bytes) {
      held.addAndGet(-bytes);
      budget.release(bytes);
    }
  }
}
