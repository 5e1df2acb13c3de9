package io.gitalyrouter.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BreakerSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "0,   1, 1000, 1, 1, 1, failureRatePercent",
    "-1,  1, 1000, 1, 1, 1, failureRatePercent",
    "101, 1, 1000, 1, 1, 1, failureRatePercent",
    "NaN, 1, 1000, 1, 1, 1, failureRatePercent",
    "50,  0, 1000, 1, 1, 1, failuresInARow",
    "50,  1, 999,  1, 1, 1, window",
    "50,  1, 1001, 1, 1, 1, window",
    "50,  1, 0,    1, 1, 1, window",
    "50,  1, 1000, 0, 1, 1, minimumCalls",
    "50,  1, 1000, 1, 0, 1, openFor",
    "50,  1, 1000, 1, -1, 1, openFor",
    "50,  1, 1000, 1, 1, 0, trialCalls"
  })
  void value_out_of_its_range_is_refused_by_name(
      float rate, int row, long windowMillis, int calls, long openMillis, int trials, String name) {
    assertThatThrownBy(
            () ->
                new BreakerSettings(
                    rate,
                    row,
                    Duration.ofMillis(windowMillis),
                    calls,
                    Duration.ofMillis(openMillis),
                    trials))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("expected: ");
  }

  @Test
  void limits_of_the_ranges_are_within_them() {
    BreakerSettings least =
        new BreakerSettings(Float.MIN_VALUE, 1, Duration.ofSeconds(1), 1, Duration.ofNanos(1), 1);
    assertThat(least.failuresInARow()).isEqualTo(1);
    assertThat(
            new BreakerSettings(100, 1, Duration.ofSeconds(2), 1, Duration.ofNanos(1), 1)
                .failureRatePercent())
        .isEqualTo(100);
  }
}
