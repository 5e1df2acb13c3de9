package io.gitalyrouter.worker;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one git conversation between a client's socket and one RPC, both ways at once and never
 * faster than the slower end takes it. <em>Thread-safe.</em>
 *
 * <p>The connection's thread reads the socket and is the only one that sends, half-closes or
 * cancels; a second thread writes what the RPC answers. A third party, gRPC, only leaves answers
 * and wakes the two. One answer is asked for at a time, so a client that does not read stops the
 * server, and a server that does not read stops the client.
 *
 * @param <Q> the RPC's request type
 * @param <R> the RPC's response type
 */
final class GitBridge<Q, R> {
  private static final Logger log = LoggerFactory.getLogger(GitBridge.class);
  private static final int CHUNK_BYTES = 32 * 1024;

  private final Socket socket;
  private final PackRpc<Q, R> rpc;
  private final String callId;
  private final ClientCall<Q, R> call;

  // At most one message is outstanding, so the queue holds one answer and the end.
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Both guarded by lock; they go from false to true once.
  private boolean ended;
  private boolean clientGone;

  /** What the RPC left for the writer: an output, or the end of the call. */
  private sealed interface Answer {}

  private record Piece(PackRpc.Output output) implements Answer {}

  private record End(Status status) implements Answer {}

  GitBridge(Socket socket, PackRpc<Q, R> rpc, Channel channel, String callId) {
    this.socket = socket;
    this.rpc = rpc;
    this.callId = callId;
    this.call = channel.newCall(rpc.method(), CallOptions.DEFAULT);
  }

  /**
   * Runs the conversation on this thread and one of the executor. Returns when the RPC has ended
   * and everything it said is written, or the client is gone.
   *
   * @return how the RPC ended
   */
  Status run(Metadata headers, Executor writers) throws InterruptedException {
    WriterTask writer = new WriterTask();
    call.start(new Callbacks(), headers);
    call.request(1);
    call.sendMessage(rpc.first());
    writers.execute(writer);
    try {
      sendInput(socket.getInputStream());
    } catch (IOException e) {
      if (!hasEnded()) {
        call.cancel("the git client went away", e);
      }
    }
    return writer.result.take();
  }

  private void sendInput(InputStream in) throws IOException, InterruptedException {
    byte[] buffer = new byte[CHUNK_BYTES];
    int count;
    while ((count = in.read(buffer)) >= 0) {
      if (count > 0 && awaitRoom()) {
        call.sendMessage(
            rpc.input().apply(UnsafeByteOperations.unsafeWrap(Arrays.copyOf(buffer, count))));
      }
    }
    if (!hasEnded()) {
      call.halfClose();
    }
    awaitEnd();
  }

  /** Waits until the RPC takes more; false when it has ended and takes nothing. */
  private boolean awaitRoom() throws IOException, InterruptedException {
    lock.lock();
    try {
      while (!ended && !clientGone && !call.isReady()) {
        changed.await();
      }
      failIfClientGone();
      return !ended;
    } finally {
      lock.unlock();
    }
  }

  private void awaitEnd() throws IOException, InterruptedException {
    lock.lock();
    try {
      while (!ended && !clientGone) {
        changed.await();
      }
      failIfClientGone();
    } finally {
      lock.unlock();
    }
  }

  private void failIfClientGone() throws IOException {
    if (clientGone && !ended) {
      throw new IOException("the client does not take what is written to it");
    }
  }

  private boolean hasEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  private void note(boolean nowEnded, boolean nowGone) {
    lock.lock();
    try {
      ended |= nowEnded;
      clientGone |= nowGone;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What gRPC tells. Nothing here blocks. */
  private final class Callbacks extends ClientCall.Listener<R> {
    @Override
    public void onMessage(R message) {
      answers.add(new Piece(rpc.output().apply(message)));
    }

    @Override
    public void onReady() {
      note(/* nowEnded= */ false, /* nowGone= */ false);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      answers.add(new End(status));
      note(/* nowEnded= */ true, /* nowGone= */ false);
    }
  }

  /** Writes answers to the socket until the RPC ends. */
  private final class WriterTask implements Runnable {
    final BlockingQueue<Status> result = new LinkedBlockingQueue<>();
    private boolean anythingWritten;
    private boolean broken;

    @Override
    public void run() {
      Status status = Status.CANCELLED.withDescription("the writer was interrupted");
      try {
        status = writeAll();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        note(/* nowEnded= */ false, /* nowGone= */ true);
        result.add(status);
      }
    }

    private Status writeAll() throws InterruptedException {
      while (true) {
        Answer answer = answers.take();
        if (answer instanceof Piece piece) {
          write(piece.output());
          // Also after a broken socket: the end comes only behind the last message.
          call.request(1);
        } else if (answer instanceof End end) {
          finish(end.status());
          return end.status();
        }
      }
    }

    private void write(PackRpc.Output output) {
      if (!output.stderr().isEmpty()) {
        log.info("call={} stderr={}", callId, output.stderr().toStringUtf8().strip());
      }
      output
          .exitStatus()
          .ifPresent(
              code -> {
                if (code != 0) {
                  log.info("call={} exit_status={}", callId, code);
                }
              });
      send(output.stdout());
    }

    private void send(ByteString bytes) {
      if (broken || bytes.isEmpty()) {
        return;
      }
      try {
        OutputStream out = socket.getOutputStream();
        bytes.writeTo(out);
        anythingWritten = true;
      } catch (IOException e) {
        broken = true;
        note(/* nowEnded= */ false, /* nowGone= */ true);
      }
    }

    private void finish(Status status) {
      // Later than this, an error line could land inside a pack.
      if (!status.isOk() && !anythingWritten) {
        send(ByteString.copyFrom(PktLine.error(message(status))));
      }
      try {
        socket.shutdownOutput();
      } catch (IOException e) {
        broken = true;
      }
    }

    private String message(Status status) {
      String description = status.getDescription();
      return status.getCode() + (description == null ? "" : ": " + description);
    }
  }
}
