package io.gitalyrouter.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.breaker.RouteBreaker.Permit;
import io.gitalyrouter.route.BreakerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A call counts while it waits for its answer, not only when it ends. */
final class UnansweredCallsTest {
  private final AtomicLong now = new AtomicLong();
  private final RouteBreaker breaker =
      RouteBreaker.create("s", BreakerSettings.DEFAULT, now::get, (from, to) -> {});
  private final List<Permit> running = new ArrayList<>();

  private Permit permit() {
    return Objects.requireNonNull(breaker.tryAcquire(), "the breaker refused");
  }

  private void start(int calls) {
    for (int i = 0; i < calls; i++) {
      running.add(permit());
    }
  }

  private void pass(long millis) {
    now.addAndGet(Duration.ofMillis(millis).toNanos());
  }

  /** What the watch does again and again. */
  private void look(boolean endpointSpeaks) {
    running.forEach(call -> call.age(now.get(), endpointSpeaks));
  }

  private void halfOpen() {
    breaker.trip();
    pass(2001);
  }

  @Test
  void calls_that_nobody_answers_trip_it_while_they_run() {
    start(5);
    pass(1999);
    look(true);
    assertThat(breaker.state()).isEqualTo("CLOSED");
    pass(1);
    look(true);
    assertThat(breaker.state()).isEqualTo("OPEN");
  }

  @Test
  void few_calls_that_wait_trip_nothing_however_often_they_are_looked_at() {
    start(4);
    for (int i = 0; i < 100; i++) {
      pass(50);
      look(true);
    }
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void calls_that_wait_one_after_the_other_are_not_waiting_together() {
    for (int i = 0; i < 20; i++) {
      running.clear();
      start(1);
      pass(2000);
      look(true);
      running.get(0).ignored();
    }
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void side_that_answers_anybody_is_slow_and_not_sick() {
    start(50);
    for (int i = 0; i < 100; i++) {
      pass(50);
      if (i % 30 == 0) {
        permit().answered();
      }
      look(true);
    }
    assertThat(breaker.state()).isEqualTo("CLOSED");
    assertThat(breaker.isDoubtful()).isFalse();
  }

  @Test
  void stream_that_has_begun_may_take_as_long_as_it_wants() {
    start(50);
    running.forEach(Permit::answered);
    pass(600_000);
    look(true);
    assertThat(breaker.state()).isEqualTo("CLOSED");
    running.forEach(Permit::success);
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void silence_of_the_whole_endpoint_is_not_judged_here() {
    start(50);
    pass(5000);
    look(false);
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void one_call_that_waits_is_reason_for_doubt_until_somebody_is_answered() {
    start(1);
    pass(2000);
    look(true);
    assertThat(breaker.isDoubtful()).isTrue();
    pass(1);
    permit().answered();
    assertThat(breaker.isDoubtful()).isFalse();
  }

  @Test
  void doubt_about_a_call_that_waited_ends_with_the_window() {
    start(1);
    pass(2000);
    look(true);
    running.get(0).ignored();
    pass(9999);
    assertThat(breaker.isDoubtful()).isTrue();
    pass(1);
    assertThat(breaker.isDoubtful()).isFalse();
  }

  @Test
  void call_that_waited_still_counts_by_how_it_ends() {
    start(4);
    pass(3000);
    look(true);
    running.forEach(Permit::failure);
    for (int i = 0; i < 6; i++) {
      permit().failure();
    }
    assertThat(breaker.state()).as("ten failures in a row").isEqualTo("OPEN");
  }

  @Test
  void trial_is_lost_when_most_of_it_waits_and_none_was_answered() {
    halfOpen();
    start(3);
    pass(499);
    look(false);
    assertThat(breaker.state()).isEqualTo("HALF_OPEN");
    pass(1);
    look(false);
    assertThat(breaker.state()).isEqualTo("OPEN");
  }

  @Test
  void trial_of_which_a_part_is_answered_is_won_without_the_end_of_the_others() {
    halfOpen();
    start(5);
    running.get(0).answered();
    running.get(0).success();
    running.get(4).answered();
    running.get(4).success();
    pass(500);
    look(true);
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void trial_of_which_hardly_any_is_answered_is_lost() {
    halfOpen();
    start(5);
    running.get(0).answered();
    running.get(0).success();
    pass(500);
    look(true);
    assertThat(breaker.state()).isEqualTo("OPEN");
  }

  @Test
  void trial_call_that_has_begun_to_answer_is_waited_for() {
    halfOpen();
    start(5);
    running.forEach(Permit::answered);
    pass(5000);
    look(true);
    assertThat(breaker.state()).isEqualTo("HALF_OPEN");
    running.forEach(Permit::success);
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void trial_call_that_was_given_up_is_not_counted_again_when_it_ends() {
    halfOpen();
    start(2);
    pass(500);
    look(true);
    running.forEach(Permit::failure);
    assertThat(breaker.state()).as("two of five, once each").isEqualTo("HALF_OPEN");
  }

  @Test
  void answers_to_calls_from_before_the_trial_do_not_speak_for_it() {
    start(5);
    halfOpen();
    List<Permit> old = List.copyOf(running);
    running.clear();
    start(3);
    pass(500);
    old.forEach(Permit::answered);
    look(true);
    assertThat(breaker.state()).isEqualTo("OPEN");
  }

  @Test
  void calls_from_before_the_trip_do_not_wait_for_the_next() {
    start(5);
    halfOpen();
    List<Permit> old = List.copyOf(running);
    for (int i = 0; i < 5; i++) {
      Permit trial = permit();
      trial.answered();
      trial.success();
    }
    assertThat(breaker.state()).isEqualTo("CLOSED");
    pass(5000);
    old.forEach(call -> call.age(now.get(), /* endpointSpeaks= */ true));
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void they_would_have_tripped_a_breaker_that_may_only_say_so() {
    List<String> told = new ArrayList<>();
    RouteBreaker watching =
        RouteBreaker.create(
            "s",
            BreakerSettings.DEFAULT,
            now::get,
            new BreakerListener() {
              @Override
              public void changed(String from, String to) {}

              @Override
              public void wouldTrip(String why) {
                told.add(why);
              }
            });
    watching.force(BreakerMode.WOULD_HAVE_TRIPPED, Duration.ofHours(1), "drill");
    for (int i = 0; i < 5; i++) {
      running.add(Objects.requireNonNull(watching.tryAcquire()));
    }
    pass(2000);
    look(true);
    assertThat(told).containsExactly("5 calls wait, and none was answered for PT2S");
  }
}
