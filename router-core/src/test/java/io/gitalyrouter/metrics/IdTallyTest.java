package io.gitalyrouter.metrics;

import static io.gitalyrouter.route.Route.LOCAL;
import static io.gitalyrouter.route.Route.NETWORK;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is counted of ids, and when they are counted out. */
final class IdTallyTest {
  private static final int QUIET = 10;

  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  private final IdTally tally =
      new IdTally(QUIET, (local, network) -> heard.add(local + "+" + network));

  @Test
  void id_is_counted_out_when_it_has_been_quiet_since_its_last_call() {
    tally.count("a", LOCAL, 100);
    tally.count("a", NETWORK, 105);
    tally.count("a", NETWORK, 105);
    tally.count("b", LOCAL, 107);
    tally.sweep(114);
    assertThat(heard).isEmpty();
    tally.sweep(115);
    assertThat(heard).containsExactly("1+2");
    tally.sweep(117);
    assertThat(heard).containsExactly("1+2", "1+0");
    tally.sweep(200);
    assertThat(heard).hasSize(2);
  }

  @Test
  void id_that_comes_back_after_a_quiet_time_is_a_new_one() {
    tally.count("a", LOCAL, 100);
    tally.count("a", LOCAL, 100 + QUIET);
    assertThat(heard).containsExactly("1+0");
    tally.sweep(100 + 2 * QUIET);
    assertThat(heard).containsExactly("1+0", "1+0");
  }

  @Test
  void seconds_may_begin_anywhere_and_wrap() {
    long last = (1L << 18) - 1;
    for (long start : new long[] {-3, 0, last - 2, Long.MAX_VALUE - 100}) {
      heard.clear();
      tally.count("a", LOCAL, start);
      tally.count("a", LOCAL, start + 5);
      tally.count("a", LOCAL, start + 4);
      tally.sweep(start + 4 + QUIET - 1);
      assertThat(heard).as("from %d", start).isEmpty();
      tally.sweep(start + 4 + QUIET);
      assertThat(heard).as("from %d", start).containsExactly("3+0");
    }
  }

  @Test
  void id_with_more_calls_than_fit_is_counted_in_parts() {
    for (int i = 0; i <= IdTally.MOST; i++) {
      tally.count("a", NETWORK, 100);
    }
    assertThat(heard).containsExactly("0+" + IdTally.MOST);
    tally.sweep(200);
    assertThat(heard).containsExactly("0+" + IdTally.MOST, "0+1");
  }

  @Test
  void half_full_table_keeps_nearly_all_ids_whole_and_a_flood_is_bounded() {
    int ids = IdTally.PLACES / 2;
    for (int round = 0; round < 3; round++) {
      for (int id = 0; id < ids; id++) {
        tally.count("id-" + id, LOCAL, 100);
      }
    }
    tally.sweep(200);
    assertThat(heard.stream().filter("3+0"::equals).count())
        .as("ids that were not cut")
        .isGreaterThan(ids * 9L / 10);
    heard.clear();
    for (int id = 0; id < 10 * IdTally.PLACES; id++) {
      tally.count("flood-" + id, LOCAL, 300);
    }
    tally.sweep(400);
    assertThat(sum(0)).as("none is lost").isEqualTo(10L * IdTally.PLACES);
  }

  @Test
  @Timeout(30)
  void no_call_is_lost_or_counted_twice_among_threads() throws Exception {
    int threads = 4;
    int calls = 20_000;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CountDownLatch go = new CountDownLatch(1);
    List<Future<?>> done = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int thread = t;
      done.add(
          pool.submit(
              () -> {
                go.await();
                for (int i = 0; i < calls; i++) {
                  tally.count("id-" + i % 50, thread % 2 == 0 ? LOCAL : NETWORK, 100 + i / 100);
                  if (i % 1_000 == 0) {
                    tally.sweep(100 + i / 100);
                  }
                }
                return null;
              }));
    }
    go.countDown();
    for (Future<?> each : done) {
      each.get();
    }
    pool.shutdown();
    tally.sweep(100_000);
    assertThat(sum(0)).isEqualTo(threads / 2L * calls);
    assertThat(sum(1)).isEqualTo(threads / 2L * calls);
  }

  private long sum(int part) {
    return heard.stream().mapToLong(line -> Long.parseLong(line.split("\\+", -1)[part])).sum();
  }
}
