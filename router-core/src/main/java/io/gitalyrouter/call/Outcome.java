package io.gitalyrouter.call;

import io.grpc.Metadata;
import io.grpc.Status;

/**
 * What an attempt's end says of the server. <em>Immutable.</em>
 *
 * @see OutcomeClassifier
 */
enum Outcome {
  /** The server worked, whatever it answered. */
  SERVED,
  /** The server cannot serve; counts against it. */
  SICK,
  /** The server does not let us in, or does not serve this storage: ops must act. */
  MISCONFIGURED,
  /** The server does not know the method: it is of another version. */
  UNKNOWN_METHOD,
  /** The caller gave up; says nothing. */
  IGNORED;

  /** The trailer in which Gitaly puts the details of an error that a handler raised. */
  static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  static boolean hasDetails(Metadata trailers) {
    return trailers.containsKey(DETAILS);
  }

  static boolean isText(Status status, String text) {
    String description = status.getDescription();
    return description != null && description.contains(text);
  }
}
