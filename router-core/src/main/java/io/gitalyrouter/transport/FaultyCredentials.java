package io.gitalyrouter.transport;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands in the place of an endpoint's credentials during a drill. grpc holds a call back until its
 * credentials have spoken, so there is nothing on the path of calls when no drill is on.
 * <em>Thread-safe.</em>
 */
final class FaultyCredentials extends CallCredentials {
  private final InjectedFault fault;
  private final @Nullable CallCredentials real;
  private final ScheduledExecutorService scheduler;

  FaultyCredentials(
      InjectedFault fault, @Nullable CallCredentials real, ScheduledExecutorService scheduler) {
    this.fault = fault;
    this.real = real;
    this.scheduler = scheduler;
  }

  @Override
  public void applyRequestMetadata(RequestInfo request, Executor executor, MetadataApplier to) {
    switch (fault.kind()) {
      case UNAVAILABLE -> to.fail(failure("no connection"));
      case RESET -> later(executor, () -> to.fail(failure("connection reset")));
      case SLOW -> later(executor, () -> apply(request, executor, to));
    }
  }

  private void apply(RequestInfo request, Executor executor, MetadataApplier to) {
    if (real == null) {
      to.apply(new Metadata());
    } else {
      real.applyRequestMetadata(request, executor, to);
    }
  }

  private void later(Executor executor, Runnable then) {
    ScheduledFuture<?> unused =
        scheduler.schedule(
            () -> executor.execute(then), fault.delay().toNanos(), TimeUnit.NANOSECONDS);
  }

  private static Status failure(String what) {
    return Status.UNAVAILABLE.withDescription("drill: " + what + " (made up by this process)");
  }
}
