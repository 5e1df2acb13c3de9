package io.gitalyrouter.sim.server;

import io.grpc.Status;

/**
 * A handler at work on one call. A mutation takes effect half-way; a stream begins to answer then.
 * <em>Not thread-safe; confined to the thread that runs the simulation.</em>
 */
final class Work {
  private static final byte[] EMPTY = {};

  private final SimServer server;
  private final Incoming call;
  private final Asked asked;
  private boolean stopped;

  Work(SimServer server, Incoming call, Asked asked) {
    this.server = server;
    this.call = call;
    this.asked = asked;
    server.began(this);
  }

  void serve(long nanos) {
    if (asked.missing()) {
      Status missing = Status.NOT_FOUND.withDescription("repository not found");
      step(nanos / 2, () -> end(missing, /* detailed= */ false));
      return;
    }
    step(nanos / 2, () -> halfWay(nanos - nanos / 2));
  }

  void fail(Fault.Refusal refusal, long nanos) {
    step(nanos, () -> end(refusal.status(), refusal.detailed()));
  }

  /** The process is gone. */
  void stop() {
    stopped = true;
    server.ended(this);
  }

  private void halfWay(long restNanos) {
    if (asked.isMutation()) {
      server.journal().changed(call.number());
    }
    if (asked.isStream()) {
      call.headers();
      call.message(EMPTY);
    }
    step(
        restNanos,
        () -> {
          if (!asked.isStream()) {
            call.headers();
          }
          call.message(EMPTY);
          end(Status.OK, /* detailed= */ false);
        });
  }

  private void end(Status status, boolean detailed) {
    stop();
    call.close(status, detailed);
  }

  private void step(long nanos, Runnable next) {
    server.time().after(nanos, () -> server.whenRunning(() -> take(next)));
  }

  private void take(Runnable next) {
    if (stopped) {
      return;
    }
    if (call.isGone()) {
      stop();
      return;
    }
    next.run();
  }
}
