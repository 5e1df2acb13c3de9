package io.gitalyrouter.config.etcd;

import io.grpc.Status;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Why no endpoint could be used, in words that stay the same while the cause does. <em>Not
 * thread-safe; confined to the thread that asks.</em>
 */
final class Trouble {
  private final Map<EtcdEndpoint, String> byEndpoint = new LinkedHashMap<>();

  void add(EtcdEndpoint endpoint, Status status) {
    byEndpoint.put(endpoint, text(status));
  }

  void add(EtcdEndpoint endpoint, IOException failure) {
    byEndpoint.put(endpoint, String.valueOf(failure.getMessage()));
  }

  void clear() {
    byEndpoint.clear();
  }

  /** How many endpoints have failed since it was cleared. */
  int endpoints() {
    return byEndpoint.size();
  }

  IOException toException() {
    String each =
        byEndpoint.entrySet().stream()
            .map(entry -> entry.getKey() + ": " + entry.getValue())
            .sorted()
            .collect(Collectors.joining("; "));
    return new IOException("no endpoint of etcd answers (" + each + ")");
  }

  static String text(Status status) {
    String said = status.getDescription() == null ? "" : status.getDescription();
    return switch (status.getCode()) {
      case DEADLINE_EXCEEDED -> "no answer in time";
      case UNAVAILABLE -> "cannot be reached" + rootCause(status, said);
      case UNAUTHENTICATED, PERMISSION_DENIED, INVALID_ARGUMENT, FAILED_PRECONDITION ->
          "refuses (" + said + ")";
      case RESOURCE_EXHAUSTED -> "answers with more than can be a document (" + said + ")";
      default -> status.getCode() + (said.isEmpty() ? "" : " (" + said + ")");
    };
  }

  private static String rootCause(Status status, String said) {
    Throwable cause = status.getCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String why = cause == null || cause.getMessage() == null ? said : cause.getMessage();
    return why.isEmpty() ? "" : " (" + why + ")";
  }
}
