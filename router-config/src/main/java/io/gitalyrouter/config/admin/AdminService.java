package io.gitalyrouter.config.admin;

import io.gitalyrouter.RouterStatus.EndpointStatus;
import io.gitalyrouter.breaker.BreakerMode;
import io.gitalyrouter.config.admin.AdminClient.By;
import io.gitalyrouter.config.admin.proto.Actor;
import io.gitalyrouter.config.admin.proto.AutoBreakerRequest;
import io.gitalyrouter.config.admin.proto.AutoBreakerResponse;
import io.gitalyrouter.config.admin.proto.DiagnoseRequest;
import io.gitalyrouter.config.admin.proto.DiagnoseResponse;
import io.gitalyrouter.config.admin.proto.DrainRequest;
import io.gitalyrouter.config.admin.proto.DrainResponse;
import io.gitalyrouter.config.admin.proto.Draining;
import io.gitalyrouter.config.admin.proto.ExplainRequest;
import io.gitalyrouter.config.admin.proto.ExplainResponse;
import io.gitalyrouter.config.admin.proto.Fault;
import io.gitalyrouter.config.admin.proto.ForceBreakerRequest;
import io.gitalyrouter.config.admin.proto.ForceBreakerResponse;
import io.gitalyrouter.config.admin.proto.ForceLocalRequest;
import io.gitalyrouter.config.admin.proto.ForceLocalResponse;
import io.gitalyrouter.config.admin.proto.InjectFaultRequest;
import io.gitalyrouter.config.admin.proto.InjectFaultResponse;
import io.gitalyrouter.config.admin.proto.ResetBreakerRequest;
import io.gitalyrouter.config.admin.proto.ResetBreakerResponse;
import io.gitalyrouter.config.admin.proto.ResumeRequest;
import io.gitalyrouter.config.admin.proto.ResumeResponse;
import io.gitalyrouter.config.admin.proto.RouterAdminGrpc.RouterAdminImplBase;
import io.gitalyrouter.config.admin.proto.StatusRequest;
import io.gitalyrouter.config.admin.proto.StatusResponse;
import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.route.Explanation;
import io.gitalyrouter.route.ForcedBy;
import io.gitalyrouter.transport.InjectedFault;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers operators. <em>Thread-safe.</em> */
final class AdminService extends RouterAdminImplBase {
  private static final Logger log = LoggerFactory.getLogger(AdminService.class);

  private final Reporter reporter;
  private final Supplier<String> metrics;

  AdminService(Reporter reporter, Supplier<String> metrics) {
    this.reporter = reporter;
    this.metrics = metrics;
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> answer) {
    answer(answer, () -> StatusResponse.newBuilder().setReport(reporter.report().toJson()).build());
  }

  @Override
  public void forceLocal(ForceLocalRequest request, StreamObserver<ForceLocalResponse> answer) {
    answer(
        answer,
        () -> {
          String why = logged("force-local", request.getActor());
          reporter.router().forceLocal(ForcedBy.ADMIN, why);
          return ForceLocalResponse.getDefaultInstance();
        });
  }

  @Override
  public void resume(ResumeRequest request, StreamObserver<ResumeResponse> answer) {
    answer(
        answer,
        () -> {
          String unused = logged("resume", request.getActor());
          reporter.router().resume(ForcedBy.ADMIN);
          ResumeResponse.Builder left = ResumeResponse.newBuilder();
          reporter
              .router()
              .status()
              .forces()
              .forEach(force -> left.addStillForced(force.by().label() + ": " + force.reason()));
          return left.build();
        });
  }

  @Override
  public void explain(ExplainRequest request, StreamObserver<ExplainResponse> answer) {
    answer(
        answer,
        () -> {
          String id = request.getCorrelationId();
          Explanation explanation =
              reporter
                  .router()
                  .explain(
                      request.getStorage(),
                      request.getMethod(),
                      id.isEmpty() ? Optional.empty() : Optional.of(id));
          return ExplainResponse.newBuilder()
              .setArm(explanation.decision().arm().label())
              .setRoute(explanation.decision().route().label())
              .setReason(explanation.decision().reason().label())
              .addAllTrace(explanation.trace())
              .build();
        });
  }

  @Override
  public void drain(DrainRequest request, StreamObserver<DrainResponse> answer) {
    answer(
        answer,
        () -> {
          DrainResponse.Builder left = DrainResponse.newBuilder();
          if (request.getCancel()) {
            String unused = logged("cancel-draining", request.getActor());
            left.setCancelled(reporter.router().cancelDraining());
          }
          reporter.router().status().endpoints().stream()
              .filter(EndpointStatus::network)
              .forEach(endpoint -> left.addEndpoints(draining(endpoint)));
          return left.build();
        });
  }

  private static Draining draining(EndpointStatus endpoint) {
    return Draining.newBuilder()
        .setAddress(endpoint.address())
        .setInFlight(endpoint.inFlight())
        .setInUse(endpoint.state() != EndpointState.DRAINING)
        .build();
  }

  @Override
  public void forceBreaker(
      ForceBreakerRequest request, StreamObserver<ForceBreakerResponse> answer) {
    answer(
        answer,
        () -> {
          BreakerMode mode = Wire.mode(request.getMode());
          String what = "breaker " + mode + " storage=" + request.getStorage();
          String why = logged(what + " seconds=" + request.getSeconds(), request.getActor());
          reporter
              .router()
              .forceBreaker(
                  request.getStorage(), mode, Duration.ofSeconds(request.getSeconds()), why);
          return ForceBreakerResponse.getDefaultInstance();
        });
  }

  @Override
  public void autoBreaker(AutoBreakerRequest request, StreamObserver<AutoBreakerResponse> answer) {
    answer(
        answer,
        () -> {
          String unused =
              logged("breaker AUTO storage=" + request.getStorage(), request.getActor());
          reporter.router().autoBreaker(request.getStorage());
          return AutoBreakerResponse.getDefaultInstance();
        });
  }

  @Override
  public void resetBreaker(
      ResetBreakerRequest request, StreamObserver<ResetBreakerResponse> answer) {
    answer(
        answer,
        () -> {
          String unused =
              logged("breaker reset storage=" + request.getStorage(), request.getActor());
          reporter.router().resetBreaker(request.getStorage());
          return ResetBreakerResponse.getDefaultInstance();
        });
  }

  @Override
  public void injectFault(InjectFaultRequest request, StreamObserver<InjectFaultResponse> answer) {
    answer(
        answer,
        () -> {
          String what = "drill " + request.getFault() + " storage=" + request.getStorage();
          String unused = logged(what + " seconds=" + request.getSeconds(), request.getActor());
          if (request.getFault() == Fault.FAULT_NONE) {
            reporter.router().clearFault(request.getStorage());
          } else {
            reporter
                .router()
                .injectFault(
                    request.getStorage(),
                    new InjectedFault(
                        Wire.kind(request.getFault()), Duration.ofMillis(request.getDelayMillis())),
                    Duration.ofSeconds(request.getSeconds()));
          }
          return InjectFaultResponse.getDefaultInstance();
        });
  }

  @Override
  public void diagnose(DiagnoseRequest request, StreamObserver<DiagnoseResponse> answer) {
    answer(
        answer,
        () ->
            DiagnoseResponse.newBuilder()
                .setThreadDump(ThreadDump.take())
                .setMetrics(metrics.get())
                .build());
  }

  /** Logs who does what, and puts it into words for status and events. */
  private static String logged(String what, Actor actor) {
    String name = oneLine("actor.name", actor.getName());
    String reason = oneLine("actor.reason", actor.getReason());
    log.warn("admin {} by={} reason={}", what, name, reason);
    return new By(name, reason).said();
  }

  /** What people give goes into logs: it must be there, and must not look like other lines. */
  private static String oneLine(String name, String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(name + ": empty (expected: who does it, and why)");
    }
    return text.strip().replaceAll("\\p{Cntrl}", " ");
  }

  private static <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
    T result;
    try {
      result = work.get();
    } catch (IllegalArgumentException e) {
      observer.onError(refusal(Status.INVALID_ARGUMENT, e));
      return;
    } catch (IllegalStateException e) {
      observer.onError(refusal(Status.FAILED_PRECONDITION, e));
      return;
    } catch (RuntimeException e) {
      log.error("admin request failed", e);
      observer.onError(refusal(Status.INTERNAL, e));
      return;
    }
    observer.onNext(result);
    observer.onCompleted();
  }

  private static RuntimeException refusal(Status status, RuntimeException e) {
    return status.withDescription(String.valueOf(e.getMessage())).asRuntimeException();
  }
}
