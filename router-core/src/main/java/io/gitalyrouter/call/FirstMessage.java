package io.gitalyrouter.call;

import io.gitalyrouter.method.RepositoryField;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;

/** What the first message of a call says that the call's headers do not. <em>Immutable.</em> */
final class FirstMessage {
  private FirstMessage() {}

  /** Whether the call is about git objects in quarantine, which stay with the local side. */
  static <Q> boolean namesQuarantine(
      RepositoryField repository, MethodDescriptor<Q, ?> method, Q message) {
    if (!repository.isKnown() || message instanceof InputStream) {
      return false;
    }
    try (InputStream bytes = method.streamRequest(message)) {
      return MessageSize.isRepeatable(bytes)
          && repository.namesQuarantine(bytes.readNBytes(bytes.available()));
    } catch (IOException | RuntimeException e) {
      // The attempt meets the same, and ends the call with it as on any channel.
      return false;
    }
  }
}
