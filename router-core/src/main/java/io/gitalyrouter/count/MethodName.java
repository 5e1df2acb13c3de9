package io.gitalyrouter.count;

import io.grpc.MethodDescriptor;
import java.util.Objects;

/**
 * How meters name a method. <em>Immutable.</em>
 *
 * @param service such as {@code gitaly.CommitService}
 * @param method such as {@code FindCommit}
 * @param type {@code unary}, {@code client_stream}, {@code server_stream} or {@code bidi_stream}
 */
public record MethodName(String service, String method, String type) {
  /** Stands for all methods that have no counts of their own. */
  public static final MethodName OTHER = new MethodName("other", "other", "other");

  static MethodName of(MethodDescriptor<?, ?> method) {
    return new MethodName(
        Objects.requireNonNullElse(method.getServiceName(), ""),
        Objects.requireNonNullElse(method.getBareMethodName(), ""),
        switch (method.getType()) {
          case UNARY -> "unary";
          case CLIENT_STREAMING -> "client_stream";
          case SERVER_STREAMING -> "server_stream";
          case BIDI_STREAMING -> "bidi_stream";
          case UNKNOWN -> "unknown";
        });
  }

  /** Whether an answer is a stream of messages. */
  public boolean answersWithStream() {
    return type.equals("server_stream") || type.equals("bidi_stream");
  }

  /** The full name, such as {@code gitaly.CommitService/FindCommit}. */
  public String fullName() {
    return service + "/" + method;
  }
}
