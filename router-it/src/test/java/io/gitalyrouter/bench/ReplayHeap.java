package io.gitalyrouter.bench;

import com.google.protobuf.ByteString;
import io.gitalyrouter.bench.NoopRouter.Way;
import io.gitalyrouter.it.proto.CheckObjectsExistRequest;
import io.gitalyrouter.it.proto.CheckObjectsExistResponse;
import io.gitalyrouter.it.proto.CommitServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * What a call keeps to be sent again, and what is left of it when it is answered; its channel keeps
 * nothing. <em>Immutable.</em>
 *
 * @param sentBytes what each call sends before its answer
 * @param keptBytes of the messages, a call, before its answer
 * @param keptAfterAnswerBytes of the messages, a call, after it; the call is still held
 */
record ReplayHeap(long sentBytes, long keptBytes, long keptAfterAnswerBytes) {
  private static final int CALLS = 8;
  private static final int MESSAGE_BYTES = 64 << 10;

  /** Measures it on calls that send so many messages of 64 KiB. */
  static ReplayHeap measure(int messages) {
    try (NoopRouter router = NoopRouter.open(1, Way.NETWORK)) {
      List<ClientCall<CheckObjectsExistRequest, CheckObjectsExistResponse>> calls =
          new ArrayList<>();
      List<WeakReference<CheckObjectsExistRequest>> sent = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        ClientCall<CheckObjectsExistRequest, CheckObjectsExistResponse> call =
            router
                .channel()
                .newCall(CommitServiceGrpc.getCheckObjectsExistMethod(), CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {}, new Metadata());
        call.request(1);
        for (int m = 0; m < messages; m++) {
          sent.add(send(call));
        }
        calls.add(call);
      }
      long kept = reachableBytes(sent);
      calls.forEach(ClientCall::halfClose);
      long left = reachableBytes(sent);
      return new ReplayHeap(
          (long) messages * MESSAGE_BYTES, kept / calls.size(), left / calls.size());
    }
  }

  private static WeakReference<CheckObjectsExistRequest> send(
      ClientCall<CheckObjectsExistRequest, CheckObjectsExistResponse> call) {
    CheckObjectsExistRequest message = message();
    call.sendMessage(message);
    return new WeakReference<>(message);
  }

  /** Of the messages alone: what else lies in the heap is no matter of theirs. */
  private static long reachableBytes(List<WeakReference<CheckObjectsExistRequest>> sent) {
    System.gc();
    return sent.stream().filter(message -> message.get() != null).count() * MESSAGE_BYTES;
  }

  private static CheckObjectsExistRequest message() {
    return CheckObjectsExistRequest.newBuilder()
        .addRevisions(ByteString.copyFrom(new byte[MESSAGE_BYTES]))
        .build();
  }
}
