package io.gitalyrouter.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random lives of calls that share a budget, each step compared with a model that keeps all. */
final class ReplayBufferPropertyTest {
  private static final int CALL_BYTES = 30;
  private static final int ROUTER_BYTES = 70;
  private static final int CALLS = 4;
  private static final int STEPS = 60;

  private final ReplayBudget budget = new ReplayBudget(CALL_BYTES, ROUTER_BYTES);

  /** What one call has sent, and what of it is kept. */
  private static final class Model {
    private final List<String> all = new ArrayList<>();
    private int cursor;
    private long kept;
    private boolean keeping = true;

    void forgetWhatIsSent() {
      if (!keeping && cursor == all.size()) {
        kept = 0;
      }
    }
  }

  @Test
  void any_life_gives_every_entry_in_order_and_every_byte_back() {
    for (int seed = 0; seed < 2_000; seed++) {
      live(seed);
    }
  }

  private void live(int seed) {
    Random random = new Random(seed);
    List<ReplayBuffer> buffers = new ArrayList<>();
    List<Model> models = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      buffers.add(new ReplayBuffer(budget));
      models.add(new Model());
    }
    for (int step = 0; step < STEPS; step++) {
      int which = random.nextInt(CALLS);
      step(random, buffers.get(which), models.get(which), models, "seed " + seed + " step " + step);
      assertThat(budget.retainedBytes())
          .as("seed %s step %s", seed, step)
          .isEqualTo(models.stream().mapToLong(model -> model.kept).sum())
          .isLessThanOrEqualTo(ROUTER_BYTES);
    }
    buffers.forEach(ReplayBuffer::clear);
    assertThat(budget.retainedBytes()).as("seed %s, at the end", seed).isZero();
    assertThat(buffers).as("seed %s", seed).noneMatch(ReplayBuffer::hasNext);
  }

  private static void step(
      Random random, ReplayBuffer buffer, Model model, List<Model> all, String where) {
    int choice = random.nextInt(20);
    if (choice < 9) {
      add(random, buffer, model, all, where);
    } else if (choice < 17) {
      assertThat(buffer.hasNext()).as(where).isEqualTo(model.cursor < model.all.size());
      if (buffer.hasNext()) {
        assertThat(buffer.next()).as(where).isEqualTo(model.all.get(model.cursor));
        model.cursor++;
        model.forgetWhatIsSent();
      }
    } else if (choice == 17) {
      buffer.stopKeeping();
      model.keeping = false;
      model.forgetWhatIsSent();
    } else if (choice == 18 && model.keeping) {
      // Only a call that kept everything moves, and only once.
      buffer.rewind();
      model.keeping = false;
      model.cursor = 0;
      model.forgetWhatIsSent();
    } else if (choice == 19 && random.nextInt(4) == 0) {
      buffer.clear();
      model.keeping = false;
      model.cursor = model.all.size();
      model.forgetWhatIsSent();
    }
  }

  private static void add(
      Random random, ReplayBuffer buffer, Model model, List<Model> all, String where) {
    long bytes = random.nextInt(-1, 12);
    long others = all.stream().mapToLong(each -> each.kept).sum();
    boolean fits = bytes >= 0 && model.kept + bytes <= CALL_BYTES && others + bytes <= ROUTER_BYTES;
    String entry = where;
    assertThat(buffer.add(entry, bytes)).as(where).isEqualTo(!model.keeping || fits);
    model.all.add(entry);
    if (model.keeping && fits) {
      model.kept += bytes;
    } else if (model.keeping) {
      // As the carrier does: what cannot be kept commits the call.
      buffer.stopKeeping();
      model.keeping = false;
      model.forgetWhatIsSent();
    }
  }
}
