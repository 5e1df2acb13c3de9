package io.gitalyrouter.breaker;

import static io.gitalyrouter.breaker.BreakerMode.FORCED_CLOSED;
import static io.gitalyrouter.breaker.BreakerMode.FORCED_OPEN;
import static io.gitalyrouter.breaker.BreakerMode.WOULD_HAVE_TRIPPED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.breaker.RouteBreaker.Permit;
import io.gitalyrouter.route.BreakerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class BreakerModeTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AtomicLong now = new AtomicLong();
  private final List<String> told = new ArrayList<>();
  private final RouteBreaker breaker =
      RouteBreaker.create(
          "s",
          new BreakerSettings(50, 10, Duration.ofSeconds(10), 4, Duration.ofSeconds(2), 2),
          now::get,
          new BreakerListener() {
            @Override
            public void changed(String from, String to) {
              told.add(from + ">" + to);
            }

            @Override
            public void wouldTrip(String why) {
              told.add("would trip: " + why);
            }

            @Override
            public void modeSet(BreakerMode mode, Duration limit, String reason) {
              told.add(mode + " for " + limit + ": " + reason);
            }
          });

  private Permit permit() {
    return Objects.requireNonNull(breaker.tryAcquire(), "the breaker refused");
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      permit().failure();
    }
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  /** Brings the breaker into a state by what is seen of it, and looks at that. */
  private void reach(String state) {
    switch (state) {
      case "CLOSED" -> permit().success();
      case "OPEN" -> fail(4);
      case "HALF_OPEN" -> {
        fail(4);
        pass(Duration.ofSeconds(3));
        permit();
      }
      default -> breaker.force(BreakerMode.valueOf(state), MINUTE, "before");
    }
    assertThat(breaker.state()).isEqualTo(state);
    told.clear();
  }

  static Stream<Arguments> everyStateAndMode() {
    return Stream.of(
            "CLOSED", "OPEN", "HALF_OPEN", "WOULD_HAVE_TRIPPED", "FORCED_OPEN", "FORCED_CLOSED")
        .flatMap(
            state ->
                Stream.of(WOULD_HAVE_TRIPPED, FORCED_OPEN, FORCED_CLOSED)
                    .map(mode -> Arguments.of(state, mode)));
  }

  @ParameterizedTest
  @MethodSource("everyStateAndMode")
  void every_mode_can_be_set_in_every_state_and_ends_by_itself(String state, BreakerMode mode) {
    reach(state);
    breaker.force(mode, MINUTE, "drill");
    assertThat(breaker.state()).isEqualTo(mode.name());
    assertThat(breaker.tryAcquire() == null).isEqualTo(mode == FORCED_OPEN);
    assertThat(breaker.forced()).contains(new ForcedMode(mode, MINUTE, "drill"));
    pass(MINUTE);
    assertThat(breaker.state()).isEqualTo("CLOSED");
    assertThat(breaker.forced()).isEmpty();
    List<String> expected = new ArrayList<>();
    if (!state.equals(mode.name())) {
      expected.add(state + ">" + mode);
    }
    expected.add(mode + " for PT1M: drill");
    expected.add(mode + ">CLOSED");
    expected.add("AUTO for PT0S: the time limit of " + mode + " is over");
    assertThat(told).containsExactlyElementsOf(expected);
  }

  @ParameterizedTest
  @MethodSource("everyStateAndMode")
  void results_of_calls_from_before_the_mode_are_counted_nowhere(String state, BreakerMode mode) {
    List<Permit> before = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      before.add(permit());
    }
    reach(state);
    breaker.force(mode, MINUTE, "drill");
    told.clear();
    before.forEach(Permit::failure);
    assertThat(told).isEmpty();
    pass(MINUTE);
    for (int i = 0; i < 20; i++) {
      before.add(permit());
    }
    breaker.force(FORCED_CLOSED, MINUTE, "again");
    breaker.reset("reset");
    before.forEach(Permit::failure);
    assertThat(breaker.state()).isEqualTo("CLOSED");
    assertThat(breaker.isDoubtful()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
  void mode_lasts_to_its_last_nanosecond_and_is_seen_to_end_by_whoever_looks(BreakerMode mode) {
    breaker.force(mode, MINUTE, "drill");
    pass(MINUTE.minusNanos(1));
    assertThat(breaker.forced()).contains(new ForcedMode(mode, Duration.ofNanos(1), "drill"));
    pass(Duration.ofNanos(1));
    told.clear();
    permit();
    assertThat(told).as("the call saw it").hasSize(2);
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void mode_that_is_set_again_lasts_from_then_on() {
    breaker.force(FORCED_OPEN, MINUTE, "drill");
    pass(Duration.ofSeconds(40));
    breaker.force(FORCED_OPEN, MINUTE, "longer");
    pass(Duration.ofSeconds(40));
    assertThat(breaker.tryAcquire()).isNull();
    assertThat(breaker.forced())
        .contains(new ForcedMode(FORCED_OPEN, Duration.ofSeconds(20), "longer"));
  }

  @Test
  void mode_needs_a_limit_within_a_day_and_a_mode_that_is_one() {
    Duration day = Duration.ofHours(24);
    for (Duration wrong :
        List.of(Duration.ZERO, Duration.ofNanos(-1), day.plusNanos(1), Duration.ofDays(400_000))) {
      assertThatThrownBy(() -> breaker.force(FORCED_OPEN, wrong, "drill"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("limit: " + wrong + " (expected: > 0 and <= PT24H");
    }
    assertThatThrownBy(() -> breaker.force(BreakerMode.AUTO, MINUTE, "drill"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reset");
    assertThat(breaker.forced()).isEmpty();
    breaker.force(FORCED_OPEN, day, "drill");
    assertThat(told).contains("FORCED_OPEN for PT24H: drill");
  }

  @Test
  void mode_that_ends_while_it_is_looked_at_is_still_told() {
    AtomicLong step = new AtomicLong();
    RouteBreaker running =
        RouteBreaker.create(
            "s", BreakerSettings.DEFAULT, () -> now.getAndAdd(step.get()), (from, to) -> {});
    running.force(FORCED_OPEN, Duration.ofNanos(5), "drill");
    step.set(10);
    assertThat(running.forced())
        .contains(new ForcedMode(FORCED_OPEN, Duration.ofNanos(1), "drill"));
    assertThat(running.forced()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
  void auto_ends_a_mode_as_its_time_would(BreakerMode mode) {
    breaker.force(mode, MINUTE, "drill");
    told.clear();
    breaker.auto("enough");
    assertThat(breaker.forced()).isEmpty();
    assertThat(told).containsExactly(mode + ">CLOSED", "AUTO for PT0S: enough");
    pass(MINUTE);
    assertThat(breaker.state()).isEqualTo("CLOSED");
    assertThat(told).hasSize(2);
  }

  @Test
  void auto_leaves_a_breaker_that_nobody_forced_as_it_is() {
    fail(4);
    told.clear();
    breaker.auto("enough");
    assertThat(breaker.state()).isEqualTo("OPEN");
    assertThat(told).isEmpty();
  }

  @Test
  void age_of_a_state_counts_from_the_change_of_its_name() {
    pass(MINUTE);
    breaker.reset("stays closed");
    assertThat(breaker.stateAge()).isEqualTo(MINUTE);
    fail(4);
    pass(Duration.ofSeconds(1));
    assertThat(breaker.stateAge()).isEqualTo(Duration.ofSeconds(1));
    breaker.force(FORCED_OPEN, MINUTE, "drill");
    pass(Duration.ofSeconds(30));
    breaker.force(FORCED_OPEN, MINUTE, "longer");
    pass(Duration.ofSeconds(5));
    assertThat(breaker.stateAge()).as("of one mode").isEqualTo(Duration.ofSeconds(35));
    pass(MINUTE);
    assertThat(breaker.stateAge()).as("whoever looks ends the mode").isEqualTo(Duration.ZERO);
  }

  @Test
  void reset_closes_the_breaker_and_forgets_everything() {
    fail(4);
    assertThat(breaker.state()).isEqualTo("OPEN");
    breaker.reset("reset");
    assertThat(breaker.state()).isEqualTo("CLOSED");
    assertThat(breaker.isDoubtful()).isFalse();
    fail(3);
    assertThat(breaker.state()).as("three results of four").isEqualTo("CLOSED");
    assertThat(told).containsExactly("CLOSED>OPEN", "OPEN>CLOSED");
  }

  @Test
  void forced_closed_refuses_nobody_and_doubts_after_a_failure() {
    breaker.force(FORCED_CLOSED, MINUTE, "drill");
    assertThat(breaker.isDoubtful()).isFalse();
    fail(100);
    breaker.trip();
    assertThat(breaker.state()).isEqualTo("FORCED_CLOSED");
    assertThat(breaker.isDoubtful()).isTrue();
    pass(Duration.ofSeconds(10));
    assertThat(breaker.isDoubtful()).isFalse();
  }

  @Test
  void forced_closed_doubts_what_failed_before_it() {
    fail(4);
    assertThat(breaker.state()).isEqualTo("OPEN");
    breaker.force(FORCED_CLOSED, MINUTE, "drill");
    assertThat(breaker.isDoubtful()).isTrue();
    pass(Duration.ofSeconds(10));
    assertThat(breaker.isDoubtful()).isFalse();
  }

  @Test
  void forced_open_is_a_reason_of_its_own() {
    fail(1);
    breaker.force(FORCED_OPEN, MINUTE, "drill");
    assertThat(breaker.isDoubtful()).as("everybody is refused").isFalse();
    assertThat(breaker.tryAcquire()).isNull();
    breaker.trip();
    assertThat(breaker.state()).isEqualTo("FORCED_OPEN");
  }

  @Test
  void row_of_failures_would_have_tripped_it_once_for_each_time_it_would_be_open() {
    breaker.force(WOULD_HAVE_TRIPPED, MINUTE, "drill");
    // The window needs four results; six failures among many successes are a row, not a rate.
    for (int i = 0; i < 100; i++) {
      permit().success();
    }
    told.clear();
    fail(9);
    assertThat(told).isEmpty();
    fail(50);
    assertThat(told).containsExactly("would trip: 10 failures in a row");
    assertThat(breaker.isDoubtful()).isTrue();
    pass(Duration.ofSeconds(2));
    told.clear();
    fail(4);
    assertThat(told).containsExactly("would trip: at least 50.0 % of the calls failed");
    assertThat(breaker.state()).isEqualTo("WOULD_HAVE_TRIPPED");
  }

  @Test
  void rate_of_failures_would_have_tripped_it_whichever_result_completes_it() {
    breaker.force(WOULD_HAVE_TRIPPED, MINUTE, "drill");
    told.clear();
    permit().failure();
    permit().success();
    permit().failure();
    permit().success();
    assertThat(told).containsExactly("would trip: at least 50.0 % of the calls failed");
  }

  @Test
  void wrong_token_would_have_tripped_it() {
    breaker.force(WOULD_HAVE_TRIPPED, MINUTE, "drill");
    told.clear();
    breaker.trip();
    breaker.trip();
    assertThat(told).containsExactly("would trip: the server does not let us in");
    permit();
  }

  @Test
  void it_doubts_for_as_long_as_it_would_be_open() {
    breaker.force(WOULD_HAVE_TRIPPED, MINUTE, "drill");
    breaker.trip();
    assertThat(breaker.isDoubtful()).isTrue();
    pass(Duration.ofSeconds(2));
    assertThat(breaker.isDoubtful()).as("nothing failed").isFalse();
  }

  @Test
  void breaker_that_is_auto_again_trips_again() {
    breaker.force(FORCED_CLOSED, MINUTE, "drill");
    fail(100);
    pass(MINUTE);
    fail(4);
    assertThat(breaker.state()).isEqualTo("OPEN");
  }
}
