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

final class RouteBreakerTest {
  private final AtomicLong now = new AtomicLong();
  private final List<String> changes = new ArrayList<>();
  private final RouteBreaker breaker =
      RouteBreaker.create(
          "s",
          new BreakerSettings(50, 10, Duration.ofSeconds(10), 4, Duration.ofSeconds(2), 2),
          now::get,
          (from, to) -> changes.add(from + ">" + to));

  private Permit permit() {
    return Objects.requireNonNull(breaker.tryAcquire(), "the breaker refused");
  }

  private void open() {
    for (int i = 0; i < 4; i++) {
      permit().failure();
    }
    assertThat(breaker.state()).isEqualTo("OPEN");
  }

  private void halfOpen() {
    open();
    pass(Duration.ofSeconds(3));
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void half_the_calls_failing_trips_it() {
    permit().success();
    permit().success();
    permit().failure();
    assertThat(breaker.state()).isEqualTo("CLOSED");
    permit().failure();
    assertThat(breaker.state()).isEqualTo("OPEN");
    assertThat(breaker.tryAcquire()).isNull();
    assertThat(changes).containsExactly("CLOSED>OPEN");
  }

  @Test
  void trial_calls_that_work_close_it() {
    halfOpen();
    permit().success();
    permit().success();
    assertThat(breaker.state()).isEqualTo("CLOSED");
    assertThat(changes).containsExactly("CLOSED>OPEN", "OPEN>HALF_OPEN", "HALF_OPEN>CLOSED");
  }

  @Test
  void trial_calls_that_fail_open_it_again() {
    halfOpen();
    permit().failure();
    permit().failure();
    assertThat(breaker.state()).isEqualTo("OPEN");
  }

  @Test
  void late_results_of_an_older_state_are_counted_nowhere() {
    Permit late = permit();
    Permit later = permit();
    halfOpen();
    Permit trial = permit();
    late.success();
    later.failure();
    assertThat(breaker.state()).isEqualTo("HALF_OPEN");
    trial.success();
    permit().success();
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void late_ignored_call_gives_no_trial_permit_away() {
    Permit late = permit();
    halfOpen();
    permit();
    permit();
    late.ignored();
    assertThat(breaker.tryAcquire()).as("two trial calls, not three").isNull();
  }

  @Test
  void ignored_trial_call_gives_its_permit_back() {
    halfOpen();
    permit().ignored();
    permit().success();
    permit().success();
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void permit_ends_only_once() {
    Permit permit = permit();
    permit.success();
    for (int i = 0; i < 10; i++) {
      permit.failure();
    }
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void trial_call_that_never_ends_does_not_hold_it_half_open() {
    halfOpen();
    permit();
    permit();
    assertThat(breaker.tryAcquire()).isNull();
    pass(Duration.ofSeconds(11));
    assertThat(breaker.tryAcquire()).as("gives the stuck trial up").isNull();
    pass(Duration.ofSeconds(3));
    permit().success();
    permit().success();
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void trip_opens_it_without_any_window() {
    breaker.trip();
    assertThat(breaker.state()).isEqualTo("OPEN");
    breaker.trip();
    assertThat(changes).containsExactly("CLOSED>OPEN");
  }

  @Test
  void row_of_failures_trips_it_whatever_the_window_remembers() {
    for (int i = 0; i < 1000; i++) {
      permit().success();
    }
    for (int i = 0; i < 9; i++) {
      permit().failure();
    }
    assertThat(breaker.state()).isEqualTo("CLOSED");
    permit().failure();
    assertThat(breaker.state()).isEqualTo("OPEN");
  }

  @Test
  void success_between_failures_begins_the_row_anew() {
    for (int i = 0; i < 1000; i++) {
      permit().success();
    }
    for (int i = 0; i < 9; i++) {
      permit().failure();
    }
    permit().success();
    for (int i = 0; i < 9; i++) {
      permit().failure();
    }
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void side_is_doubtful_while_its_window_holds_a_failure() {
    assertThat(breaker.isDoubtful()).isFalse();
    permit().failure();
    assertThat(breaker.isDoubtful()).isTrue();
    pass(Duration.ofSeconds(11));
    assertThat(breaker.isDoubtful()).isFalse();
    halfOpen();
    assertThat(breaker.isDoubtful()).isTrue();
  }

  @Test
  void trial_ends_when_more_than_half_of_its_calls_failed_though_others_run() {
    RouteBreaker five =
        RouteBreaker.create("five", BreakerSettings.DEFAULT, now::get, (from, to) -> {});
    five.trip();
    pass(Duration.ofSeconds(3));
    for (int i = 0; i < 3; i++) {
      assertThat(five.state()).isEqualTo(i == 0 ? "OPEN" : "HALF_OPEN");
      Objects.requireNonNull(five.tryAcquire(), "the breaker refused").failure();
    }
    assertThat(five.state()).isEqualTo("OPEN");
  }

  @Test
  void trip_ends_a_trial_as_well() {
    halfOpen();
    permit();
    breaker.trip();
    assertThat(breaker.state()).isEqualTo("OPEN");
  }

  @Test
  void stuck_trial_has_five_times_the_pause_and_not_a_moment_less() {
    now.set(Duration.ofHours(1).toNanos());
    halfOpen();
    permit();
    permit();
    pass(Duration.ofSeconds(10));
    assertThat(breaker.tryAcquire()).isNull();
    assertThat(breaker.state()).isEqualTo("HALF_OPEN");
    pass(Duration.ofNanos(1));
    assertThat(breaker.tryAcquire()).isNull();
    assertThat(breaker.state()).isEqualTo("OPEN");
  }
}
