package io.gitalyrouter.transport;

import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.route.Endpoint;
import io.grpc.Status;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Says what is wrong with an endpoint, and what to do about it. <em>Immutable.</em> */
final class TroubleText {
  private TroubleText() {}

  /** What the failure of a question to an endpoint means. */
  static Trouble of(LiveEndpoint endpoint, Status status) {
    return of(endpoint.endpoint(), endpoint.toString(), status);
  }

  /**
   * What the failure of a question to an endpoint means.
   *
   * @param where the endpoint's name, for a person
   */
  static Trouble of(Endpoint endpoint, String where, Status status) {
    Optional<TlsTrouble> tls =
        endpoint instanceof Endpoint.Tls over && status.getCode() == Status.Code.UNAVAILABLE
            ? TlsTrouble.of(over, status.getCause())
            : Optional.empty();
    return tls.map(t -> new Trouble(where, t.what(), t.advice()))
        .orElseGet(() -> new Trouble(where, what(status), advice(endpoint, status)));
  }

  /** All that is known, on one line: of a description that goes on, grpc's own state follows. */
  private static String what(Status status) {
    Set<String> parts = new LinkedHashSet<>();
    if (status.getDescription() != null) {
      parts.add(status.getDescription().lines().findFirst().orElse(""));
    }
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      parts.add(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }
    return parts.isEmpty()
        ? status.getCode().name()
        : status.getCode() + ": " + String.join("; ", parts);
  }

  private static String advice(Endpoint endpoint, Status status) {
    return switch (status.getCode()) {
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          "the server refuses the token ("
              + endpoint.token()
              + "); compare it with the server's, and the clocks: they may differ by 30 s";
      case UNAVAILABLE ->
          "check that Gitaly runs and listens there, and that the address in the configuration is"
              + " right";
      case UNIMPLEMENTED ->
          "the server does not know ServerInfo, so that it cannot be shown to serve the same files;"
              + " install a newer Gitaly there";
      default -> "see the server's log for ServerInfo";
    };
  }
}
