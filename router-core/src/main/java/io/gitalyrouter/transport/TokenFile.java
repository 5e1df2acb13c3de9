package io.gitalyrouter.transport;

import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.route.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Follows the file of a token, so that a secret can be changed without a restart: calls are signed
 * with the new one within a second. A file that cannot be used changes nothing, and is told once.
 * <em>Not thread-safe; confined to the router's synchronization context.</em>
 */
final class TokenFile {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Path file;
  private final Token token;
  private final GitalyToken signer;
  private final RouterListener listener;
  private @Nullable Object seen;
  private long lookedNanos;

  TokenFile(Path file, Token token, GitalyToken signer, RouterListener listener, long nowNanos) {
    this.file = file;
    this.token = token;
    this.signer = signer;
    this.listener = listener;
    this.seen = identity();
    this.lookedNanos = nowNanos;
  }

  void tick(long now) {
    if (now - lookedNanos < PAUSE.toNanos()) {
      return;
    }
    lookedNanos = now;
    Object identity = identity();
    if (identity.equals(seen)) {
      return;
    }
    seen = identity;
    try {
      signer.secret(token.secret());
    } catch (IOException e) {
      listener.onEvent(
          new Trouble(
              file.toString(),
              String.valueOf(e.getMessage()),
              "calls are signed with the secret that was read before"));
    }
  }

  /** What changes when the file does: it is rewritten, replaced, or taken away. */
  private Object identity() {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
    } catch (IOException e) {
      return e.getClass();
    }
  }
}
