package io.gitalyrouter.bench;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.BlobServiceGrpc;
import io.gitalyrouter.it.proto.CheckObjectsExistRequest;
import io.gitalyrouter.it.proto.CheckObjectsExistResponse;
import io.gitalyrouter.it.proto.CommitServiceGrpc;
import io.gitalyrouter.it.proto.FindCommitRequest;
import io.gitalyrouter.it.proto.FindCommitResponse;
import io.gitalyrouter.it.proto.GetBlobRequest;
import io.gitalyrouter.it.proto.Repository;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * One call of a kind: how it is made. <em>Immutable.</em>
 *
 * @param name what tables call it
 * @param starter starts a call on a channel with these options, and tells its end: the status, and
 *     the name of the server that answered, as far as the kind shows it
 */
record Workload(String name, Starter starter) {
  private static final Repository REPOSITORY =
      Repository.newBuilder()
          .setStorageName(Services.STORAGE)
          .setRelativePath("@hashed/6b/86/6b86b273ff34fce19d6b804eff5a3f57.git")
          .build();
  private static final FindCommitRequest SMALL = findCommit(ByteString.copyFromUtf8("small"));
  private static final FindCommitRequest LARGE = findCommit(Services.LARGE);
  private static final CheckObjectsExistRequest TURN =
      CheckObjectsExistRequest.newBuilder()
          .setRepository(REPOSITORY)
          .addRevisions(ByteString.copyFromUtf8("6b86b273ff34fce19d6b804eff5a3f57"))
          .build();
  private static final int TURNS = 16;

  /** Starts a call. */
  interface Starter {
    /** Starts a call, and tells its end once. */
    void start(Channel channel, CallOptions options, BiConsumer<Status, String> ended);
  }

  /** A unary call with a small answer. */
  static Workload unarySmall() {
    return unary("unary, small", SMALL);
  }

  /** A unary call with an answer of 64 KiB. */
  static Workload unaryLarge() {
    return unary("unary, 64 KiB", LARGE);
  }

  /** A stream of 128 KiB messages. */
  static Workload stream(long bytes) {
    GetBlobRequest request =
        GetBlobRequest.newBuilder().setRepository(REPOSITORY).setLimit(bytes).build();
    return new Workload(
        "server stream, " + (bytes >> 20) + " MiB",
        (channel, options, ended) ->
            send(channel, BlobServiceGrpc.getGetBlobMethod(), options, request, ended));
  }

  /** Sixteen questions on one call, each after the answer to the one before. */
  static Workload bidi() {
    return new Workload(
        "bidi, " + TURNS + " turns",
        (channel, options, ended) -> {
          ClientCall<CheckObjectsExistRequest, CheckObjectsExistResponse> call =
              channel.newCall(CommitServiceGrpc.getCheckObjectsExistMethod(), options);
          call.start(new Turns(call, ended), new Metadata());
          call.request(1);
          call.sendMessage(TURN);
        });
  }

  /** Starts a call with a deadline, as every client of a Gitaly sets one. */
  void start(Channel channel, long deadlineMillis, BiConsumer<Status, String> ended) {
    starter.start(
        channel,
        CallOptions.DEFAULT.withDeadlineAfter(deadlineMillis, TimeUnit.MILLISECONDS),
        ended);
  }

  private static FindCommitRequest findCommit(ByteString revision) {
    return FindCommitRequest.newBuilder().setRepository(REPOSITORY).setRevision(revision).build();
  }

  private static Workload unary(String name, FindCommitRequest request) {
    return new Workload(
        name,
        (channel, options, ended) ->
            send(channel, CommitServiceGrpc.getFindCommitMethod(), options, request, ended));
  }

  private static <Q, P> void send(
      Channel channel,
      MethodDescriptor<Q, P> method,
      CallOptions options,
      Q request,
      BiConsumer<Status, String> ended) {
    ClientCall<Q, P> call = channel.newCall(method, options);
    call.start(new Answers<>(call, ended), new Metadata());
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
  }

  private static class Answers<Q, P> extends ClientCall.Listener<P> {
    private final ClientCall<Q, P> call;
    private final BiConsumer<Status, String> ended;
    private String server = "";

    Answers(ClientCall<Q, P> call, BiConsumer<Status, String> ended) {
      this.call = call;
      this.ended = ended;
    }

    @Override
    public void onMessage(P message) {
      if (message instanceof FindCommitResponse commit) {
        server = commit.getCommit().getId();
      } else {
        call.request(1);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ended.accept(status, server);
    }
  }

  private static final class Turns
      extends Answers<CheckObjectsExistRequest, CheckObjectsExistResponse> {
    private final ClientCall<CheckObjectsExistRequest, CheckObjectsExistResponse> call;
    private int answers;

    Turns(
        ClientCall<CheckObjectsExistRequest, CheckObjectsExistResponse> call,
        BiConsumer<Status, String> ended) {
      super(call, ended);
      this.call = call;
    }

    @Override
    public void onMessage(CheckObjectsExistResponse message) {
      super.onMessage(message);
      if (++answers < TURNS) {
        call.sendMessage(TURN);
      } else {
        call.halfClose();
      }
    }
  }
}
