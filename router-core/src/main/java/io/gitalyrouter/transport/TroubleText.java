package io.gitalyrouter.transport;

import io.gitalyrouter.event.RouterEvent.Trouble;
import io.grpc.Status;

/** Says what is wrong with an endpoint, and what to do about it. <em>Immutable.</em> */
final class TroubleText {
  private TroubleText() {}

  /** What the failure of a question to an endpoint means. */
  static Trouble of(LiveEndpoint endpoint, Status status) {
    return new Trouble(endpoint.toString(), what(status), advice(endpoint, status));
  }

  private static String what(Status status) {
    StringBuilder text = new StringBuilder(status.getCode().name());
    if (status.getDescription() != null) {
      text.append(": ").append(status.getDescription());
    }
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      text.append("; ").append(cause.getMessage());
    }
    return text.toString();
  }

  private static String advice(LiveEndpoint endpoint, Status status) {
    return switch (status.getCode()) {
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          "the server refuses the token ("
              + endpoint.endpoint().token()
              + "); compare it with the server's, and the clocks: they may differ by 30 s";
      case UNAVAILABLE ->
          "check that Gitaly runs and listens there, that the address in the configuration is"
              + " right, and for tls that the certificates are";
      case UNIMPLEMENTED ->
          "the server does not know ServerInfo, so that it cannot be shown to serve the same files;"
              + " install a newer Gitaly there";
      default -> "see the server's log for ServerInfo";
    };
  }
}
