package io.gitalyrouter.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.fixture.Interleaving;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StripesTest {
  /** Few enough that a thread which the JVM makes for itself meanwhile does no harm. */
  private static final int THREADS = 8;

  @Test
  void count_is_a_power_of_two_of_four_for_each_processor_within_limits() {
    assertThat(Stripes.count(1)).isEqualTo(16);
    assertThat(Stripes.count(4)).isEqualTo(16);
    assertThat(Stripes.count(5)).isEqualTo(32);
    assertThat(Stripes.count(8)).isEqualTo(32);
    assertThat(Stripes.count(16)).isEqualTo(64);
    assertThat(Stripes.count(33)).isEqualTo(128);
    assertThat(Stripes.count(1000)).isEqualTo(128);
  }

  @Test
  void count_never_falls_with_more_processors() {
    for (int processors = 1; processors < 300; processors++) {
      int count = Stripes.count(processors);
      assertThat(Integer.bitCount(count)).as("%d is a power of two", count).isOne();
      assertThat(Stripes.count(processors + 1)).isGreaterThanOrEqualTo(count);
    }
  }

  @Test
  void threads_made_one_after_the_other_have_different_stripes() {
    List<Integer> stripes = Collections.synchronizedList(new ArrayList<>());
    Runnable[] tasks = new Runnable[THREADS];
    for (int i = 0; i < THREADS; i++) {
      tasks[i] = () -> stripes.add(Stripes.mine());
    }
    Interleaving.of(tasks);
    assertThat(stripes).hasSize(THREADS).doesNotHaveDuplicates();
    assertThat(stripes).allMatch(stripe -> stripe >= 0 && stripe < Stripes.COUNT);
  }

  @Test
  void thread_keeps_its_stripe() {
    int mine = Stripes.mine();
    for (int i = 0; i < 100; i++) {
      assertThat(Stripes.mine()).isEqualTo(mine);
    }
  }
}
