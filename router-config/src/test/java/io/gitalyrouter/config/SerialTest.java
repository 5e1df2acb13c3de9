package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SerialTest {
  private static final int THREADS = 4;
  private static final int TASKS = 20_000;

  @Test
  void task_that_brings_another_is_finished_first() {
    Serial serial = new Serial();
    List<String> ran = new ArrayList<>();
    serial.execute(
        () -> {
          serial.execute(() -> ran.add("inner"));
          ran.add("outer");
        });

    assertThat(ran).containsExactly("outer", "inner");
    assertThat(serial.isBusy()).isFalse();
  }

  @Test
  void tasks_of_many_threads_run_all_and_one_at_a_time() throws Exception {
    Serial serial = new Serial();
    int[] unguarded = {0};
    CountDownLatch done = new CountDownLatch(THREADS * TASKS);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (int thread = 0; thread < THREADS; thread++) {
        threads.execute(
            () -> {
              for (int i = 0; i < TASKS; i++) {
                serial.execute(
                    () -> {
                      unguarded[0]++;
                      done.countDown();
                    });
              }
            });
      }
      assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      threads.shutdownNow();
    }
    assertThat(unguarded[0]).isEqualTo(THREADS * TASKS);
  }
}
