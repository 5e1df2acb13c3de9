package io.gitalyrouter.standin.rpc;

import io.grpc.Context;
import io.grpc.Status;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads of calls that wait: for room to send, or for more to read. *Thread-safe.*
 *
 * <p>A call that finds no thread is refused instead of queued, for those before it may wait for
 * their clients as long as they like. Idle threads end by themselves.
 */
public final class StreamWorkers implements AutoCloseable {
  private final ThreadPoolExecutor threads;

  /** Starts with no thread, and never has more than the limit. */
  public StreamWorkers(int limit) {
    AtomicLong number = new AtomicLong();
    threads =
        new ThreadPoolExecutor(
            0,
            limit,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "standin-stream-" + number.incrementAndGet());
              thread.setDaemon(/* on= */ true);
              return thread;
            });
  }

  /** Work that may wait. *Not thread-safe; confined to one call.* */
  @FunctionalInterface
  interface Work {
    /** Does it; the call ends with the status of what is thrown. */
    void run() throws Exception;
  }

  /** Runs work in the running call's context, then ends the call. */
  void serve(Outbound<?> out, Work work) {
    Runnable task =
        Context.current()
            .wrap(
                () -> {
                  try {
                    work.run();
                    out.finish();
                  } catch (Exception | StackOverflowError e) {
                    out.fail(e);
                  }
                });
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      out.fail(
          Status.RESOURCE_EXHAUSTED
              .withDescription("maximum queue size reached")
              .asRuntimeException());
    }
  }

  /** Takes no more work; what runs ends with its calls. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
