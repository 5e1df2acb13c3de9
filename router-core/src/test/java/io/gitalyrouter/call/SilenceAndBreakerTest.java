package io.gitalyrouter.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.breaker.BreakerSettings;
import io.gitalyrouter.breaker.RouteBreaker;
import io.gitalyrouter.breaker.RouteBreaker.Permit;
import io.gitalyrouter.transport.WatchedCall.Nudge;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SilenceAndBreakerTest {
  private static final BreakerSettings TRIPS_AT_ONCE =
      new BreakerSettings(50, Duration.ofSeconds(10), 1, Duration.ofSeconds(2), 1);

  private final RouteBreaker breaker =
      RouteBreaker.create("nfs-file01", TRIPS_AT_ONCE, () -> 0, (from, to) -> {});

  /** The simulation's frozen process: its return took 2 s instead of 0.6 s. */
  @Test
  void calls_moved_from_a_silent_side_do_not_count_against_it_when_it_is_back() {
    endNudged(Nudge.SILENT);
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void call_that_waited_for_a_connection_says_nothing_of_the_side() {
    endNudged(Nudge.DISCONNECTED);
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void spent_share_counts_against_the_side() {
    endNudged(Nudge.SHARE_SPENT);
    assertThat(breaker.state()).isEqualTo("OPEN");
  }

  private void endNudged(Nudge nudge) {
    Permit permit = breaker.tryAcquire();
    assertThat(permit).isNotNull();
    NetworkEnd end =
        new NetworkEnd(
            Status.CANCELLED,
            new Metadata(),
            /* headersSeen= */ false,
            /* headersLeft= */ true,
            /* replayable= */ true,
            nudge);
    if (permit != null) {
      end.tell(breaker, permit);
    }
  }
}
