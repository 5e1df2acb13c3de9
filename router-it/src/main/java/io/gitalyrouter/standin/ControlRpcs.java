package io.gitalyrouter.standin;

import io.gitalyrouter.standin.door.FaultBoard;
import io.gitalyrouter.standin.journal.CallLog;
import io.gitalyrouter.standin.journal.Ledger;
import io.gitalyrouter.standin.proto.AddFaultRequest;
import io.gitalyrouter.standin.proto.AddFaultResponse;
import io.gitalyrouter.standin.proto.ClearFaultsRequest;
import io.gitalyrouter.standin.proto.ClearFaultsResponse;
import io.gitalyrouter.standin.proto.ConnectionCount;
import io.gitalyrouter.standin.proto.ControlGrpc;
import io.gitalyrouter.standin.proto.MethodCount;
import io.gitalyrouter.standin.proto.ReadCountersRequest;
import io.gitalyrouter.standin.proto.ReadCountersResponse;
import io.gitalyrouter.standin.proto.SetListeningRequest;
import io.gitalyrouter.standin.proto.SetListeningResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;

/** The control service. *Thread-safe.* */
final class ControlRpcs extends ControlGrpc.ControlImplBase {
  private final CallLog calls;
  private final Ledger ledger;
  private final FaultBoard faults;
  private final List<ServedSocket> sockets;

  ControlRpcs(CallLog calls, Ledger ledger, FaultBoard faults, List<ServedSocket> sockets) {
    this.calls = calls;
    this.ledger = ledger;
    this.faults = faults;
    this.sockets = sockets;
  }

  @Override
  public void readCounters(
      ReadCountersRequest request, StreamObserver<ReadCountersResponse> observer) {
    ReadCountersResponse.Builder answer =
        ReadCountersResponse.newBuilder()
            .setExecutionsStarted(ledger.started())
            .setExecutionsEnded(ledger.ended())
            .addAllFaults(faults.counts());
    calls.counts().forEach((method, counts) -> answer.addMethods(count(method, counts)));
    for (ServedSocket socket : sockets) {
      answer.addConnections(
          ConnectionCount.newBuilder()
              .setTransport(socket.connections().transport())
              .setAccepted(socket.connections().accepted())
              .setOpen(socket.connections().open()));
    }
    observer.onNext(answer.build());
    observer.onCompleted();
  }

  @Override
  public void addFault(AddFaultRequest request, StreamObserver<AddFaultResponse> observer) {
    long id;
    try {
      id = faults.add(request.getFault());
    } catch (IllegalArgumentException e) {
      observer.onError(
          Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
      return;
    }
    observer.onNext(AddFaultResponse.newBuilder().setId(id).build());
    observer.onCompleted();
  }

  @Override
  public void clearFaults(
      ClearFaultsRequest request, StreamObserver<ClearFaultsResponse> observer) {
    if (request.getId() == 0) {
      faults.clearAll();
    } else {
      faults.clear(request.getId());
    }
    observer.onNext(ClearFaultsResponse.getDefaultInstance());
    observer.onCompleted();
  }

  @Override
  public void setListening(
      SetListeningRequest request, StreamObserver<SetListeningResponse> observer) {
    try {
      for (ServedSocket socket : sockets) {
        if (request.getListening()) {
          socket.open();
        } else {
          socket.close(request.getGraceful());
        }
      }
    } catch (IOException e) {
      observer.onError(Status.INTERNAL.withDescription(e.getMessage()).asRuntimeException());
      return;
    }
    observer.onNext(SetListeningResponse.getDefaultInstance());
    observer.onCompleted();
  }

  private static MethodCount count(String method, CallLog.Counts counts) {
    MethodCount.Builder count =
        MethodCount.newBuilder().setMethod(method).setStarted(counts.started());
    counts.ended().forEach((status, ended) -> count.putEnded(status.name(), ended));
    return count.build();
  }
}
