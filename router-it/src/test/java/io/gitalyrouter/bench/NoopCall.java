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
import org.jspecify.annotations.Nullable;

/** One unary call over a channel that answers at once, as a stub makes it. */
final class NoopCall {
  private static final MethodDescriptor<FindCommitRequest, FindCommitResponse> METHOD =
      CommitServiceGrpc.getFindCommitMethod();

  private static final FindCommitRequest REQUEST =
      FindCommitRequest.newBuilder()
          .setRepository(
              Repository.newBuilder()
                  .setStorageName("storage-0")
                  .setRelativePath("@hashed/6b/86/6b86b273ff34fce19d6b804eff5a3f57.git"))
          .build();

  private NoopCall() {}

  /** Makes it, and returns the answer. */
  static Object make(Channel channel) {
    ClientCall<FindCommitRequest, FindCommitResponse> call =
        channel.newCall(METHOD, CallOptions.DEFAULT);
    Answer answer = new Answer();
    call.start(answer, new Metadata());
    call.request(2);
    call.sendMessage(REQUEST);
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
