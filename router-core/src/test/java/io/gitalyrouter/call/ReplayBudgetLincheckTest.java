package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.Interleaving.check;

import io.gitalyrouter.fixture.Interleaving;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/**
 * Interleaves calls that keep bytes and give them back, each on the stripe of its thread. Of calls
 * that come at once more may be refused than must be; never is too much given, and nothing is lost.
 */
final class ReplayBudgetLincheckTest {
  private static final int ORDERS = 1_000;

  /** So many that a stripe takes a chunk of its own beyond what a call asks for. */
  private static final long WITH_CHUNKS = 4096;

  /** A budget, and how many calls keep a piece of it. */
  private static final class Pieces {
    private final ReplayBudget budget;
    private final long piece;
    private final AtomicInteger kept = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    Pieces(long bound, long piece) {
      this.budget = new ReplayBudget(bound, bound);
      this.piece = piece;
    }

    boolean retain() {
      boolean given = budget.tryRetain(piece, 0);
      if (given) {
        most.accumulateAndGet(kept.incrementAndGet(), Math::max);
      }
      return given;
    }

    void release() {
      kept.decrementAndGet();
      budget.release(piece);
    }

    void call() {
      if (retain()) {
        release();
      }
    }

    void checkNeverThree() {
      check(most.get() <= 2, most.get() + " pieces of 2 were kept");
    }

    void checkKept(int pieces) {
      long bytes = budget.retainedBytes();
      check(bytes == pieces * piece, bytes + " bytes are kept, not " + pieces + " pieces");
    }

    /** Whatever lies with other stripes, it can be had. */
    void checkAllIsThereAgain() {
      checkKept(0);
      check(retain(), "nothing of what was given back is there");
      check(retain(), "not all of what was given back is there");
      check(!retain(), "there is more than was given back");
    }
  }

  private static Pieces tiny() {
    return new Pieces(/* bound= */ 2, /* piece= */ 1);
  }

  private static Pieces chunked() {
    return new Pieces(WITH_CHUNKS, WITH_CHUNKS / 2 - 1);
  }

  @Test
  void third_call_is_never_given_what_two_keep() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Pieces pieces = tiny();
          Interleaving.of(pieces::retain, pieces::retain, pieces::retain);
          pieces.checkNeverThree();
          pieces.checkKept(pieces.kept.get());
        });
  }

  @Test
  void nothing_is_kept_once_all_have_ended() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Pieces pieces = tiny();
          Interleaving.of(pieces::call, pieces::call, pieces::call);
          pieces.checkNeverThree();
          pieces.checkAllIsThereAgain();
        });
  }

  @Test
  void chunks_give_nobody_too_much() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Pieces pieces = chunked();
          Interleaving.of(pieces::call, pieces::call, pieces::call);
          pieces.checkNeverThree();
          pieces.checkAllIsThereAgain();
        });
  }

  @Test
  void call_that_keeps_its_piece_meanwhile_leaves_one_for_the_others() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Pieces pieces = tiny();
          check(pieces.retain(), "nothing for the first call");
          Interleaving.of(pieces::call, pieces::call, pieces::release);
          pieces.checkNeverThree();
          pieces.checkAllIsThereAgain();
        });
  }
}
