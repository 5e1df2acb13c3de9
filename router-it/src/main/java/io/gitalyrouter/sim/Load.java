package io.gitalyrouter.sim;

import io.gitalyrouter.it.proto.CommitServiceGrpc;
import io.gitalyrouter.it.proto.FindCommitRequest;
import io.gitalyrouter.it.proto.ListRefsRequest;
import io.gitalyrouter.it.proto.RefServiceGrpc;
import io.gitalyrouter.it.proto.Repository;
import io.gitalyrouter.it.proto.RepositoryServiceGrpc;
import io.gitalyrouter.it.proto.WriteRefRequest;
import io.gitalyrouter.sim.CallRecord.Kind;
import io.gitalyrouter.sim.CallRecord.Plan;
import io.gitalyrouter.sim.server.Asked;
import io.gitalyrouter.sim.time.Chance;
import io.gitalyrouter.sim.time.VirtualTime;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Callers who do not wait for each other: calls begin at random moments, however long the earlier
 * ones take. Of ten, seven find a commit, two list references, one writes a reference; one in fifty
 * asks for a repository that is not there. <em>Not thread-safe; confined to the thread that runs
 * the simulation.</em>
 */
final class Load {
  private static final Metadata.Key<String> NUMBER =
      Metadata.Key.of("x-gitaly-correlation-id", Metadata.ASCII_STRING_MARSHALLER);
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final double CALLS_PER_SECOND = 200;
  private static final int MISSING_ONE_IN = 50;

  private final VirtualTime time;
  private final Contender contender;
  private final List<CallRecord> records = new ArrayList<>();

  Load(World world, Contender contender, Duration length) {
    this.time = world.time();
    this.contender = contender;
    Chance chance = world.chance("load");
    double moment = 0;
    for (long number = 0; ; number++) {
      moment += chance.exponential(1e9 / CALLS_PER_SECOND);
      if (moment >= length.toNanos()) {
        break;
      }
      String storage = world.storages().get((int) (number % world.storages().size()));
      Plan plan =
          new Plan(
              number,
              (long) moment,
              kind(chance.nextInt(10)),
              storage,
              chance.nextInt(MISSING_ONE_IN) == 0);
      time.at(plan.startNanos(), () -> begin(plan));
    }
  }

  /** The calls that have begun, in that order. */
  List<CallRecord> records() {
    return records;
  }

  private static Kind kind(int draw) {
    return draw < 7 ? Kind.FIND_COMMIT : draw < 9 ? Kind.LIST_REFS : Kind.WRITE_REF;
  }

  private void begin(Plan plan) {
    CallRecord call = new CallRecord(plan);
    records.add(call);
    Repository repository =
        Repository.newBuilder()
            .setStorageName(plan.storage())
            .setRelativePath(Asked.path(plan.number(), plan.missing()))
            .build();
    Channel channel = contender.channel(plan.storage());
    switch (plan.kind()) {
      case FIND_COMMIT ->
          send(
              channel,
              CommitServiceGrpc.getFindCommitMethod(),
              FindCommitRequest.newBuilder().setRepository(repository).build(),
              call);
      case LIST_REFS ->
          send(
              channel,
              RefServiceGrpc.getListRefsMethod(),
              ListRefsRequest.newBuilder().setRepository(repository).build(),
              call);
      case WRITE_REF ->
          send(
              channel,
              RepositoryServiceGrpc.getWriteRefMethod(),
              WriteRefRequest.newBuilder().setRepository(repository).build(),
              call);
    }
  }

  private <Q, P> void send(
      Channel channel, MethodDescriptor<Q, P> method, Q request, CallRecord record) {
    ClientCall<Q, P> call =
        channel.newCall(method, CallOptions.DEFAULT.withDeadline(time.deadlineAfter(DEADLINE)));
    Metadata headers = new Metadata();
    headers.put(NUMBER, Long.toString(record.number()));
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            record.ended(time.nanos(), status);
          }
        },
        headers);
    call.request(Integer.MAX_VALUE);
    call.sendMessage(request);
    call.halfClose();
  }
}
