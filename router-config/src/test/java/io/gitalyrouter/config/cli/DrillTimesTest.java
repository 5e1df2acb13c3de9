package io.gitalyrouter.config.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What counts as within the budget. */
final class DrillTimesTest {
  private static DrillTimes times(Optional<Duration> trip, Optional<Duration> gone) {
    return new DrillTimes(trip, Duration.ofMillis(40), gone, Duration.ofMillis(100));
  }

  private static Optional<Duration> ms(int millis) {
    return Optional.of(Duration.ofMillis(millis));
  }

  @Test
  void both_parts_together_may_take_the_budget() {
    assertThat(times(ms(50), ms(50)).exitCode()).isEqualTo(ExitCode.OK);
    assertThat(times(ms(51), ms(50)).exitCode()).isEqualTo(ExitCode.OVER_BUDGET);
    assertThat(times(ms(50), ms(50)).lines())
        .containsExactly(
            "fault to calls keep off: 50 ms",
            "order to acknowledged: 40 ms",
            "order to last network call gone: 50 ms",
            "within the budget of 100ms");
  }

  @Test
  void what_nobody_saw_is_too_long() {
    assertThat(times(Optional.empty(), ms(1)).exitCode()).isEqualTo(ExitCode.OVER_BUDGET);
    assertThat(times(ms(1), Optional.empty()).exitCode()).isEqualTo(ExitCode.OVER_BUDGET);
    assertThat(times(ms(1), Optional.empty()).lines())
        .contains("order to last network call gone: not seen", "OVER the budget of 100ms");
    assertThat(times(Optional.empty(), ms(1)).json("drill").toString())
        .contains("{\"from\":\"fault\",\"to\":\"calls keep off\",\"millis\":null}")
        .contains("\"within\":false");
  }
}
