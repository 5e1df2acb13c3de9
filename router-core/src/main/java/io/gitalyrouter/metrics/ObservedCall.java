package io.gitalyrouter.metrics;

import io.gitalyrouter.call.MoveCause;
import io.gitalyrouter.call.RelayingCall;
import io.gitalyrouter.call.RunningCall;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Route;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.micrometer.observation.Observation;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The observations of one running call. <em>Thread-safe as {@link RunningCall} is used.</em> */
final class ObservedCall implements RelayingCall {
  private final CallObservations observations;
  private final CallObservations.Subject subject;
  private final RunningCall next;
  private final Observation call;

  /** Whether the commit was told: by a callback, or by the caller that sent too much. */
  private final AtomicBoolean committed = new AtomicBoolean();

  /**
   * The attempt under way. Written where the call starts and by callbacks, which come one at a time
   * and after the start; so is the next.
   */
  private Observation attempt = Observation.NOOP;

  /** The attempt that takes over if the call moves. */
  private @Nullable Observation replay;

  ObservedCall(
      CallObservations observations,
      CallObservations.Subject subject,
      Decision decision,
      RunningCall next) {
    this.observations = observations;
    this.subject = subject;
    this.next = next;
    this.call = begin(decision);
  }

  private Observation begin(Decision decision) {
    Observation[] made = {Observation.NOOP};
    observations.safely(
        () ->
            made[0] =
                observations
                    .create(RouterObservations.CALL, subject, Observation.Context::new)
                    .contextualName(subject.method())
                    .lowCardinalityKeyValue(RouterObservations.ROUTE, decision.route().label())
                    .start()
                    .event(
                        event(
                            "decision",
                            "to "
                                + decision.route().label()
                                + ", meant for "
                                + decision.arm().label()
                                + ", because of "
                                + decision.reason().label())));
    return made[0];
  }

  private static Observation.Event event(String name, String detail) {
    return Observation.Event.of(name, name + ": " + detail);
  }

  private void tell(String name, String detail) {
    observations.safely(() -> call.event(event(name, detail)));
  }

  @Override
  public void attempting(Route route, Metadata headers) {
    tell("attempt", "on " + route.label());
    boolean isFirst = attempt == Observation.NOOP;
    observations.safely(
        () -> {
          // Its parent is the call, whatever is current where the call moves.
          Observation.Scope scope = call.openScope();
          try {
            Observation made = start(route, headers);
            if (isFirst) {
              attempt = made;
            } else {
              replay = made;
            }
          } finally {
            scope.close();
          }
        });
    next.attempting(route, headers);
  }

  private Observation start(Route route, Metadata headers) {
    return observations
        .create(
            RouterObservations.ATTEMPT,
            subject,
            () -> new AttemptContext(subject.storage(), headers))
        .contextualName(subject.method() + " " + route.label())
        .lowCardinalityKeyValue(RouterObservations.ROUTE, route.label())
        .start();
  }

  @Override
  public RunningCall next() {
    return next;
  }

  @Override
  public void answered(Route route, long startNanos) {
    if (route == Route.NETWORK) {
      commit("answered");
    }
    next.answered(route, startNanos);
  }

  @Override
  public void committed() {
    commit("answered");
    next.committed();
  }

  @Override
  public void committedEarly() {
    commit("sent more than may be kept");
    next.committedEarly();
  }

  private void commit(String why) {
    if (committed.compareAndSet(/* expectedValue= */ false, /* newValue= */ true)) {
      tell("commit", why);
    }
  }

  @Override
  public void moved(
      MethodDescriptor<?, ?> method, Status status, MoveCause cause, long startNanos) {
    tell("fallback", cause.label() + " after " + Labels.code(status.getCode()));
    end(attempt, status.getCode());
    attempt = replay == null ? Observation.NOOP : replay;
    replay = null;
    next.moved(method, status, cause, startNanos);
  }

  @Override
  public void ended(Route served, Status.Code code, long startNanos) {
    end(attempt, code);
    call.lowCardinalityKeyValue(RouterObservations.ROUTE, served.label());
    end(call, code);
    next.ended(served, code, startNanos);
  }

  private void end(Observation observation, Status.Code code) {
    observations.safely(
        () -> {
          observation.lowCardinalityKeyValue(RouterObservations.OUTCOME, Labels.code(code));
          if (code != Status.Code.OK) {
            observation.error(new EndedWith(code));
          }
          observation.stop();
        });
  }
}
