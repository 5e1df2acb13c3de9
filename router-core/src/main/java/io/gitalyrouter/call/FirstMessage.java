package io.gitalyrouter.call;

import io.gitalyrouter.method.RepositoryField;
import io.gitalyrouter.transport.WatchedCall;
import io.gitalyrouter.transport.WatchedCall.Nudge;
import java.io.IOException;
import java.io.InputStream;

/** What the first message of a call says that the call's headers do not. <em>Immutable.</em> */
final class FirstMessage {
  private FirstMessage() {}

  /**
   * Reads it once, for its size, and to see whether the call is about git objects in quarantine,
   * which stay with the local side: then the call is nudged, before anything is sent.
   *
   * @return its size in bytes, or {@link MessageSize#ONE_USE}
   */
  static <Q> long read(NetworkPlan<Q, ?> plan, Q message, WatchedCall call) {
    RepositoryField repository = plan.rule().repository();
    if (!repository.isKnown()) {
      return MessageSize.of(plan.method(), message);
    }
    if (message instanceof InputStream) {
      return MessageSize.ONE_USE;
    }
    try (InputStream bytes = plan.method().streamRequest(message)) {
      if (!MessageSize.isRepeatable(bytes)) {
        return MessageSize.ONE_USE;
      }
      int size = bytes.available();
      if (namesQuarantine(repository, bytes, size, plan.settings().spare())) {
        call.nudge(Nudge.GIT_QUARANTINE);
      }
      return size;
    } catch (IOException | RuntimeException e) {
      // The attempt meets the same, and ends the call with it as on any channel.
      return MessageSize.ONE_USE;
    }
  }

  private static boolean namesQuarantine(
      RepositoryField repository, InputStream bytes, int size, SpareBytes spare)
      throws IOException {
    byte[] array = spare.take(size);
    boolean named = repository.namesQuarantine(array, bytes.readNBytes(array, 0, size));
    spare.give(array);
    return named;
  }
}
