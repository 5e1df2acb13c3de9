package io.gitalyrouter.config.admin;

import io.gitalyrouter.config.admin.proto.Actor;
import io.gitalyrouter.config.admin.proto.ForceLocalRequest;
import io.gitalyrouter.config.admin.proto.ForceLocalResponse;
import io.gitalyrouter.config.admin.proto.ResumeRequest;
import io.gitalyrouter.config.admin.proto.ResumeResponse;
import io.gitalyrouter.config.admin.proto.RouterAdminGrpc.RouterAdminImplBase;
import io.gitalyrouter.config.admin.proto.StatusRequest;
import io.gitalyrouter.config.admin.proto.StatusResponse;
import io.gitalyrouter.route.ForcedBy;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers operators. <em>Thread-safe.</em> */
final class AdminService extends RouterAdminImplBase {
  private static final Logger log = LoggerFactory.getLogger(AdminService.class);

  private final Reporter reporter;

  AdminService(Reporter reporter) {
    this.reporter = reporter;
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

  /** Logs who does what, and puts it into words for status and events. */
  private static String logged(String what, Actor actor) {
    String name = oneLine("actor.name", actor.getName());
    String reason = oneLine("actor.reason", actor.getReason());
    log.warn("admin {} by={} reason={}", what, name, reason);
    return reason + " (" + name + ")";
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
