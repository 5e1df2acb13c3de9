package io.gitalyrouter.metrics;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.LIST_REFS;
import static io.gitalyrouter.route.Route.LOCAL;
import static io.gitalyrouter.route.Route.NETWORK;
import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.call.MoveCause;
import io.gitalyrouter.call.RunningCall;
import io.gitalyrouter.count.MethodLimit;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the observations of a call say, to a handler that writes it down. */
final class ObservedCallTest {
  private static final Decision ROLE = new Decision(NETWORK, NETWORK, Reason.ROLE);
  private static final Decision OFF = new Decision(LOCAL, LOCAL, Reason.ROLE_OFF);

  private final List<String> seen = new ArrayList<>();
  private final List<String> passedOn = new ArrayList<>();
  private final ObservationRegistry registry = ObservationRegistry.create();
  private final CallObservations observations = new CallObservations(registry);
  private final Metadata headers = new Metadata();

  private final class Writing implements ObservationHandler<Observation.Context> {
    @Override
    public boolean supportsContext(Observation.Context context) {
      return true;
    }

    @Override
    public void onStart(Observation.Context context) {
      seen.add("start " + context.getName());
    }

    @Override
    public void onEvent(Observation.Event event, Observation.Context context) {
      seen.add(event.getName() + " = " + event.getContextualName());
    }

    @Override
    public void onError(Observation.Context context) {
      Throwable error = Objects.requireNonNull(context.getError());
      assertThat(error).hasNoCause();
      assertThat(error.getStackTrace()).as("nothing but the code").isEmpty();
      seen.add("error " + error.getMessage());
    }

    @Override
    public void onStop(Observation.Context context) {
      seen.add(
          context.getLowCardinalityKeyValues().stream()
              .map(KeyValue::getValue)
              .collect(Collectors.joining(" ", "stop " + context.getName() + " ", "")));
    }
  }

  private final class PassedOn implements RunningCall {
    @Override
    public void attempting(Route route, Metadata sent) {
      passedOn.add("attempting " + route.label());
    }

    @Override
    public void sent(Route route) {
      passedOn.add("sent " + route.label());
    }

    @Override
    public void received(Route route) {
      passedOn.add("received " + route.label());
    }

    @Override
    public void answered(Route route, long startNanos) {
      passedOn.add("answered " + route.label() + " " + startNanos);
    }

    @Override
    public void moved(
        MethodDescriptor<?, ?> method, Status status, MoveCause cause, long startNanos) {
      passedOn.add("moved " + cause.label() + " " + startNanos);
    }

    @Override
    public void ended(Route served, Status.Code code, long startNanos) {
      passedOn.add("ended " + served.label() + " " + code + " " + startNanos);
    }

    @Override
    public void committed() {
      passedOn.add("committed");
    }

    @Override
    public void committedEarly() {
      passedOn.add("committed early");
    }
  }

  private RunningCall started(MethodDescriptor<?, ?> method, Decision decision) {
    registry.observationConfig().observationHandler(new Writing());
    CallRecorder next = (m, d, nanos) -> new PassedOn();
    return observations.recorder("s", next).started(method, decision, 7);
  }

  @Test
  void moved_call_has_two_attempts_and_says_why() {
    RunningCall call = started(FIND_COMMIT, ROLE);
    call.attempting(NETWORK, headers);
    call.attempting(LOCAL, headers);
    Status failure = Status.UNAVAILABLE.withDescription("/var/opt/@hashed/ab.git is gone");
    call.moved(FIND_COMMIT, failure, MoveCause.FAILED, 7);
    call.answered(LOCAL, 7);
    call.received(LOCAL);
    call.ended(LOCAL, Status.Code.OK, 7);
    assertThat(seen)
        .containsExactly(
            "start gitaly.route.call",
            "decision = decision: to network, meant for network, because of role",
            "attempt = attempt: on network",
            "start gitaly.route.attempt",
            "attempt = attempt: on local",
            "start gitaly.route.attempt",
            "fallback = fallback: failed after Unavailable",
            "error Unavailable",
            "stop gitaly.route.attempt gitaly.CommitService/FindCommit Unavailable network s",
            "stop gitaly.route.attempt gitaly.CommitService/FindCommit OK local s",
            "stop gitaly.route.call gitaly.CommitService/FindCommit OK local s");
  }

  @Test
  void everything_is_passed_on() {
    RunningCall call = started(LIST_REFS, ROLE);
    call.attempting(NETWORK, headers);
    call.sent(NETWORK);
    call.committedEarly();
    call.committed();
    call.answered(NETWORK, 7);
    call.received(NETWORK);
    call.moved(LIST_REFS, Status.UNAVAILABLE, MoveCause.SILENT, 7);
    call.ended(NETWORK, Status.Code.CANCELLED, 7);
    assertThat(passedOn)
        .containsExactly(
            "attempting network",
            "sent network",
            "committed early",
            "committed",
            "answered network 7",
            "received network",
            "moved silent 7",
            "ended network CANCELLED 7");
  }

  @Test
  void commit_is_told_once_and_a_local_call_has_none() {
    RunningCall call = started(LIST_REFS, ROLE);
    call.attempting(NETWORK, headers);
    call.committed();
    call.answered(NETWORK, 7);
    call.received(NETWORK);
    call.committedEarly();
    call.ended(NETWORK, Status.Code.OK, 7);
    assertThat(seen).containsOnlyOnce("commit = commit: answered");
    assertThat(seen).noneMatch(line -> line.contains("kept"));

    seen.clear();
    RunningCall local = observations.recorder("s", CallRecorder.NONE).started(LIST_REFS, OFF, 7);
    local.attempting(LOCAL, headers);
    local.answered(LOCAL, 7);
    local.ended(LOCAL, Status.Code.OK, 7);
    assertThat(seen)
        .containsExactly(
            "start gitaly.route.call",
            "decision = decision: to local, meant for local, because of role_off",
            "attempt = attempt: on local",
            "start gitaly.route.attempt",
            "stop gitaly.route.attempt gitaly.RefService/ListRefs OK local s",
            "stop gitaly.route.call gitaly.RefService/ListRefs OK local s");
  }

  @Test
  void call_that_sent_too_much_says_so() {
    RunningCall call = started(LIST_REFS, ROLE);
    call.committedEarly();
    assertThat(seen).endsWith("commit = commit: sent more than may be kept");
  }

  @Test
  void registry_without_handlers_gets_nothing() {
    RunningCall plain = new PassedOn();
    assertThat(observations.recorder("s", (m, d, nanos) -> plain).started(FIND_COMMIT, ROLE, 7))
        .isSameAs(plain);
  }

  @Test
  void names_of_methods_are_bounded() {
    RunningCall first = started(FIND_COMMIT, OFF);
    first.ended(LOCAL, Status.Code.OK, 7);
    for (int i = 1; i <= MethodLimit.DEFAULT_PLACES; i++) {
      MethodDescriptor<?, ?> method =
          FIND_COMMIT.toBuilder().setFullMethodName("a.B/m" + i).build();
      observations
          .recorder("s", CallRecorder.NONE)
          .started(method, OFF, 7)
          .ended(LOCAL, Status.Code.OK, 7);
    }
    assertThat(seen).endsWith("stop gitaly.route.call other OK local s");
    assertThat(seen).filteredOn(line -> line.contains(" other ")).hasSize(1);
  }

  @Test
  void handler_that_throws_keeps_no_call_from_its_end() {
    registry
        .observationConfig()
        .observationHandler(
            new ObservationHandler<>() {
              @Override
              public boolean supportsContext(Observation.Context context) {
                return true;
              }

              @Override
              public void onStart(Observation.Context context) {
                throw new IllegalStateException("start");
              }

              @Override
              public void onStop(Observation.Context context) {
                throw new IllegalStateException("stop");
              }
            });
    RunningCall call = started(FIND_COMMIT, ROLE);
    call.attempting(NETWORK, headers);
    call.ended(NETWORK, Status.Code.OK, 7);
    assertThat(passedOn).containsExactly("attempting network", "ended network OK 7");
  }
}
