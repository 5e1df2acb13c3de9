package io.gitalyrouter.standin.rpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.InputStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call whose first message says what to do and whose other messages are a stream of bytes. *Not
 * thread-safe; confined to gRPC's serialised callbacks.*
 */
final class PackSession<Q, A> implements StreamObserver<Q> {
  private final Function<Q, ByteString> bytes;
  private final Work<Q, A> work;
  private final StreamWorkers workers;
  private final InboundBytes input;
  private final Outbound<A> output;
  private final Runnable askForMore;
  private @Nullable Q first;

  private PackSession(
      StreamWorkers workers,
      ServerCallStreamObserver<A> observer,
      Function<Q, ByteString> bytes,
      Work<Q, A> work) {
    this.workers = workers;
    this.bytes = bytes;
    this.work = work;
    askForMore = () -> observer.request(1);
    input = new InboundBytes(askForMore);
    output = Outbound.of(observer, input::gone);
  }

  /** Opens a session; must be called by the service method itself. */
  static <Q, A> StreamObserver<Q> open(
      StreamWorkers workers,
      StreamObserver<A> observer,
      Function<Q, ByteString> bytes,
      Work<Q, A> work) {
    ServerCallStreamObserver<A> server = (ServerCallStreamObserver<A>) observer;
    server.disableAutoRequest();
    PackSession<Q, A> session = new PackSession<>(workers, server, bytes, work);
    server.request(1);
    return session;
  }

  /** What the call is for. *Not thread-safe; confined to one call.* */
  @FunctionalInterface
  interface Work<Q, A> {
    /** Does it, reading and writing as it likes; runs on a thread of its own. */
    void run(Q first, InputStream input, Outbound<A> output) throws Exception;
  }

  @Override
  public void onNext(Q message) {
    if (first != null) {
      input.offer(bytes.apply(message));
      return;
    }
    first = message;
    if (!bytes.apply(message).isEmpty()) {
      output.fail(Answers.invalid("non-empty data in the first message"));
      return;
    }
    workers.serve(output, () -> work.run(message, input, output));
    askForMore.run();
  }

  @Override
  public void onError(Throwable thrown) {
    input.gone();
  }

  @Override
  public void onCompleted() {
    input.end();
    if (first == null) {
      output.fail(Answers.invalid("repository not set"));
    }
  }
}
