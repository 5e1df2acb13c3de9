package io.gitalyrouter.standin.door;

import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Judges an {@code authorization} header by Gitaly's second token scheme. *Thread-safe.*
 *
 * <p>The token is {@code v2.<hex of the HMAC-SHA256 of the seconds>.<seconds>}; it is good for 30 s
 * around the server's clock.
 */
public final class TokenCheck {
  private static final Duration WINDOW = Duration.ofSeconds(30);
  private static final String SCHEME = "bearer ";

  private final byte[] secret;
  private final InstantSource clock;

  /** Checks against a shared secret, which must not be empty. */
  public TokenCheck(byte[] secret, InstantSource clock) {
    if (secret.length == 0) {
      throw new IllegalArgumentException("secret: empty (expected: at least one byte)");
    }
    this.secret = secret.clone();
    this.clock = clock;
  }

  /** Judges the value of a header; OK, or the status to answer with. */
  public Status judge(@Nullable String header) {
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return unauthenticated();
    }
    String[] parts = header.substring(SCHEME.length()).split("\\.", -1);
    if (parts.length != 3) {
      return unauthenticated();
    }
    byte[] signature;
    try {
      signature = HexFormat.of().parseHex(parts[1]);
    } catch (IllegalArgumentException e) {
      return unauthenticated();
    }
    return judge(parts[0], signature, parts[2]);
  }

  private Status judge(String version, byte[] signature, String seconds) {
    if (!version.equals("v2")) {
      return denied("invalid token version");
    }
    if (!MessageDigest.isEqual(sign(seconds), signature)) {
      return denied("wrong hmac signature");
    }
    long issued;
    try {
      issued = Long.parseLong(seconds);
    } catch (NumberFormatException e) {
      return denied("cannot parse timestamp");
    }
    long now = clock.instant().getEpochSecond();
    if (issued < now - WINDOW.toSeconds()) {
      return denied("token has expired");
    }
    return issued > now + WINDOW.toSeconds() ? denied("validity window is in future") : Status.OK;
  }

  private byte[] sign(String seconds) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac.doFinal(seconds.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static Status unauthenticated() {
    return Status.UNAUTHENTICATED.withDescription("authentication required");
  }

  private static Status denied(String reason) {
    return Status.PERMISSION_DENIED.withDescription("permission denied: " + reason);
  }
}
