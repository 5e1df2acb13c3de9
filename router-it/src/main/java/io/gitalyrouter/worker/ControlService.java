package io.gitalyrouter.worker;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.RouterStatus;
import io.gitalyrouter.it.proto.Repository;
import io.gitalyrouter.worker.proto.ReadStatsRequest;
import io.gitalyrouter.worker.proto.ReadStatsResponse;
import io.gitalyrouter.worker.proto.ReadStatusRequest;
import io.gitalyrouter.worker.proto.ReadStatusResponse;
import io.gitalyrouter.worker.proto.SetPhaseRequest;
import io.gitalyrouter.worker.proto.SetPhaseResponse;
import io.gitalyrouter.worker.proto.StartLoadRequest;
import io.gitalyrouter.worker.proto.StartLoadResponse;
import io.gitalyrouter.worker.proto.StopLoadRequest;
import io.gitalyrouter.worker.proto.StopLoadResponse;
import io.gitalyrouter.worker.proto.StorageState;
import io.gitalyrouter.worker.proto.WorkerControlGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What an experiment can ask of a worker, on a socket of its own. <em>Thread-safe.</em> */
final class ControlService extends WorkerControlGrpc.WorkerControlImplBase {
  private final GitalyRouter router;
  private final String storage;
  private final Channel loadChannel;
  private final CallIds callIds;
  private final CallLog calls;
  private final CallStats stats;
  private final EventLog events;
  // Null before the first start; a stopped loop stays, so that its counts can still be read.
  private final AtomicReference<@Nullable LoadLoop> load = new AtomicReference<>();

  ControlService(
      GitalyRouter router,
      String storage,
      Channel loadChannel,
      CallIds callIds,
      Recording recording) {
    this.router = router;
    this.storage = storage;
    this.loadChannel = loadChannel;
    this.callIds = callIds;
    this.calls = recording.calls();
    this.stats = recording.stats();
    this.events = recording.events();
  }

  /**
   * Where a worker writes down what happens.
   *
   * @param calls every call
   * @param stats the same, summed up
   * @param events what the router reports
   */
  record Recording(CallLog calls, CallStats stats, EventLog events) {}

  @Override
  public void setPhase(SetPhaseRequest request, StreamObserver<SetPhaseResponse> answer) {
    reply(
        answer,
        () -> {
          callIds.phase(request.getPhase());
          return SetPhaseResponse.getDefaultInstance();
        });
  }

  @Override
  public void startLoad(StartLoadRequest request, StreamObserver<StartLoadResponse> answer) {
    reply(
        answer,
        () -> {
          LoadTarget target = target(request);
          if (load.get() != null) {
            throw new IllegalStateException("the load was started before");
          }
          load.set(LoadLoop.start(loadChannel, target, callIds, calls));
          return StartLoadResponse.getDefaultInstance();
        });
  }

  @Override
  public void stopLoad(StopLoadRequest request, StreamObserver<StopLoadResponse> answer) {
    reply(
        answer,
        () -> {
          stop();
          LoadLoop loop = load.get();
          StopLoadResponse.Builder response = StopLoadResponse.newBuilder();
          return loop == null
              ? response.build()
              : response.setIssued(loop.issued()).setShed(loop.shed()).build();
        });
  }

  /** Stops the load, if it runs, and waits for its calls and the journal. */
  void stop() throws InterruptedException {
    LoadLoop loop = load.get();
    if (loop != null) {
      loop.stop();
    }
    calls.flush();
  }

  @Override
  public void readStats(ReadStatsRequest request, StreamObserver<ReadStatsResponse> answer) {
    reply(
        answer,
        () -> {
          LoadLoop loop = load.get();
          ReadStatsResponse.Builder response =
              ReadStatsResponse.newBuilder()
                  .addAllCounts(stats.byPhaseAndRoute())
                  .putAllMoved(events.moved());
          if (loop != null) {
            response.setInFlight(loop.inFlight()).setIssued(loop.issued()).setShed(loop.shed());
          }
          return response.build();
        });
  }

  @Override
  public void readStatus(ReadStatusRequest request, StreamObserver<ReadStatusResponse> answer) {
    reply(answer, () -> toProto(router.status()));
  }

  private LoadTarget target(StartLoadRequest request) {
    return new LoadTarget(
        Repository.newBuilder()
            .setStorageName(storage)
            .setRelativePath(request.getRelativePath())
            .build(),
        request.getCommitsList(),
        request.getBlobsList(),
        request.getDefaultBranch(),
        request.getCallsPerSecond(),
        request.getMaxInFlight(),
        Duration.ofMillis(request.getDeadlineMillis()),
        Duration.ofMillis(request.getMutationDeadlineMillis()),
        request.getSeed());
  }

  private static ReadStatusResponse toProto(RouterStatus status) {
    ReadStatusResponse.Builder response =
        ReadStatusResponse.newBuilder()
            .setGeneration(status.generation())
            .setOrigin(status.origin())
            .setForcedLocal(status.forcedLocal().orElse(""))
            .setNetworkInFlight(status.networkInFlight());
    for (RouterStatus.StorageStatus storage : status.storages()) {
      response.addStorages(
          StorageState.newBuilder()
              .setStorage(storage.storage())
              .setRole(storage.role().orElse(""))
              .setPercent(storage.percent())
              .setNetworkState(storage.networkState().name())
              .setBreaker(storage.breaker().orElse(""))
              .setObstacle(storage.obstacle().orElse("")));
    }
    for (RouterStatus.EndpointStatus endpoint : status.endpoints()) {
      if (endpoint.network()) {
        response.putNetworkEndpoints(endpoint.address(), endpoint.state().name());
      }
    }
    return response.build();
  }

  private static <T> void reply(StreamObserver<T> answer, Callable<T> work) {
    try {
      answer.onNext(work.call());
      answer.onCompleted();
    } catch (IllegalArgumentException e) {
      answer.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer.onError(Status.CANCELLED.withDescription("interrupted").asRuntimeException());
    } catch (Exception e) {
      answer.onError(
          Status.FAILED_PRECONDITION
              .withDescription(String.valueOf(e.getMessage()))
              .asRuntimeException());
    }
  }
}
