package io.gitalyrouter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.fixture.FakeChannel;
import io.gitalyrouter.fixture.ShiftedTicker;
import io.gitalyrouter.route.Route;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When an endpoint is asked whether it lives, and what counts as its answer. */
final class SilenceWatchTest {
  private static final Duration LONG_SILENCE = Duration.ofMillis(1_001);

  private final ShiftedTicker time = new ShiftedTicker();
  private final FakeChannel server = new FakeChannel();
  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
  private final LiveEndpoint endpoint =
      FakeEndpoint.ready(Route.NETWORK, "tcp://127.0.0.1:8075", server, time);
  private final List<EndpointState> verdicts = new ArrayList<>();
  private final SilenceWatch watch =
      new SilenceWatch(
          endpoint,
          new WatchContext(
              new SynchronizationContext(
                  (thread, error) -> {
                    throw new AssertionError(error);
                  }),
              scheduler,
              time,
              new Random(1)),
          TransportSettings.DEFAULT,
          (state, why) -> {
            verdicts.add(state);
            endpoint.state(state);
          });

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
  }

  private void tick() {
    watch.tick(time.nanos());
  }

  private void miss() {
    server.last().close(Status.DEADLINE_EXCEEDED);
  }

  private void answer() {
    server.last().close(Status.OK);
  }

  /** With a call that waits, beyond the silence that is normal. */
  private void callWaits() {
    Lease unused = FakeEndpoint.lease(endpoint);
    tick();
    time.pass(LONG_SILENCE);
    tick();
  }

  private void becomeSuspect() {
    callWaits();
    miss();
    miss();
    assertThat(verdicts).containsExactly(EndpointState.SUSPECT);
    verdicts.clear();
  }

  @Test
  void endpoint_that_owes_an_answer_is_asked_once_it_has_been_silent() {
    Lease unused = FakeEndpoint.lease(endpoint);
    tick();
    time.pass(LONG_SILENCE.dividedBy(2));
    endpoint.heard();
    tick();
    time.pass(LONG_SILENCE.dividedBy(2));
    tick();
    assertThat(server.calls()).as("heard half a second ago").isEmpty();
    time.pass(LONG_SILENCE.dividedBy(2));
    tick();
    tick();
    assertThat(server.calls()).as("one question at a time").hasSize(1);
  }

  @Test
  void endpoint_without_calls_may_be_silent_for_longer() {
    time.pass(LONG_SILENCE);
    tick();
    assertThat(server.calls()).isEmpty();
    time.pass(TransportSettings.DEFAULT.idleProbeInterval());
    tick();
    assertThat(server.calls()).hasSize(1);
  }

  @Test
  void two_misses_in_a_row_make_it_suspect() {
    callWaits();
    miss();
    assertThat(server.calls()).hasSize(2);
    assertThat(verdicts).isEmpty();
    miss();
    assertThat(verdicts).containsExactly(EndpointState.SUSPECT);
  }

  @Test
  void what_comes_for_other_calls_meanwhile_is_an_answer() {
    callWaits();
    miss();
    endpoint.heard();
    miss();
    assertThat(verdicts).isEmpty();
    tick();
    assertThat(server.calls()).as("it has just been heard").hasSize(2);
  }

  @Test
  void two_answers_in_a_row_bring_it_back() {
    becomeSuspect();
    tick();
    answer();
    tick();
    assertThat(server.calls()).as("not at once").hasSize(3);
    time.pass(TransportSettings.DEFAULT.secondProbeTimeout());
    tick();
    assertThat(verdicts).isEmpty();
    answer();
    assertThat(verdicts).containsExactly(EndpointState.READY);
  }

  @Test
  void what_came_before_it_was_asked_is_no_answer() {
    becomeSuspect();
    endpoint.heard();
    tick();
    miss();
    time.pass(TransportSettings.DEFAULT.secondProbeTimeout());
    tick();
    answer();
    assertThat(verdicts).as("one answer and one miss").isEmpty();
  }

  @Test
  void answer_of_an_earlier_connection_says_nothing() {
    callWaits();
    miss();
    watch.reset();
    miss();
    assertThat(verdicts).isEmpty();
  }

  @Test
  void stopped_watch_gives_no_verdict() {
    callWaits();
    miss();
    watch.stop();
    miss();
    assertThat(verdicts).isEmpty();
  }
}
