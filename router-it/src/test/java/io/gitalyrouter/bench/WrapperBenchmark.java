package io.gitalyrouter.bench;

import io.gitalyrouter.it.proto.CommitServiceGrpc;
import io.gitalyrouter.it.proto.FindCommitRequest;
import io.gitalyrouter.it.proto.FindCommitResponse;
import io.gitalyrouter.it.proto.Repository;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One unary call over a channel that answers at once, with and without the router before it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WrapperBenchmark {
  private static final MethodDescriptor<FindCommitRequest, FindCommitResponse> METHOD =
      CommitServiceGrpc.getFindCommitMethod();

  /** What stands before the channel. */
  public enum Way {
    /** Nothing. */
    BARE,
    /** The router, with its role off. */
    LOCAL,
    /** The router, with its role on and the call kept for a replay. */
    NETWORK
  }

  /** What stands before the channel. */
  @Param public Way way = Way.BARE;

  /** How many storages the router's table names. */
  @Param({"1"})
  public int storages = 1;

  private @Nullable NoopRouter router;
  private @Nullable Channel channel;
  private final FindCommitRequest request =
      FindCommitRequest.newBuilder()
          .setRepository(
              Repository.newBuilder()
                  .setStorageName("storage-0")
                  .setRelativePath("@hashed/6b/86/6b86b273ff34fce19d6b804eff5a3f57.git"))
          .build();

  /** Opens the router. */
  @Setup
  public void open() {
    router = NoopRouter.open(storages, way == Way.NETWORK);
    channel = way == Way.BARE ? router.bare() : router.channel();
  }

  /** Closes the router. */
  @TearDown
  public void close() {
    if (router != null) {
      router.close();
    }
  }

  /** One call. */
  @Benchmark
  public Object call() {
    if (channel == null) {
      throw new IllegalStateException("not set up");
    }
    ClientCall<FindCommitRequest, FindCommitResponse> call =
        channel.newCall(METHOD, CallOptions.DEFAULT);
    Answer answer = new Answer();
    call.start(answer, new Metadata());
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
    return answer.message();
  }

  private static final class Answer extends ClientCall.Listener<FindCommitResponse> {
    private @Nullable FindCommitResponse heard;

    @Override
    public void onMessage(FindCommitResponse message) {
      heard = message;
    }

    Object message() {
      if (heard == null) {
        throw new IllegalStateException("no answer");
      }
      return heard;
    }
  }
}
