package io.gitalyrouter.transport;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Asks an endpoint for a sign of life with {@code grpc.health.v1.Health/Check}. Any answer is one,
 * also an error: an old Gitaly wants a token for it, an older one does not know it. What it says
 * does not matter: Gitaly never changes it. <em>Immutable.</em>
 */
final class HealthProbe {
  private static final MethodDescriptor<byte[], byte[]> CHECK =
      RawUnary.method("grpc.health.v1.Health/Check");

  private HealthProbe() {}

  /**
   * Sends one probe.
   *
   * @param whenDone hears whether the endpoint answered in time; called once, on an executor thread
   */
  static void send(LiveEndpoint endpoint, Duration timeout, Consumer<Boolean> whenDone) {
    ask(endpoint, timeout, status -> whenDone.accept(isAnswer(status.getCode())));
  }

  /** Sends one probe and tells its status, once, on an executor thread. */
  static void ask(LiveEndpoint endpoint, Duration timeout, Consumer<Status> whenDone) {
    RawUnary.ask(endpoint, CHECK, timeout, (status, bytes) -> whenDone.accept(status));
  }

  private static boolean isAnswer(Status.Code code) {
    return switch (code) {
      case DEADLINE_EXCEEDED, UNAVAILABLE, CANCELLED -> false;
      default -> true;
    };
  }
}
