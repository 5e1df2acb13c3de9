package io.gitalyrouter.transport;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.concurrent.Executor;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs each call as Gitaly's version 2 asks: HMAC-SHA256 of the current second, in decimal, with
 * the shared secret. The server accepts it for 30 s around its own clock, so it is made when the
 * call is sent, not when it is queued. One signature serves all calls of its second.
 * <em>Thread-safe.</em>
 */
final class GitalyToken extends CallCredentials {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Clock wallClock;

  /** Never written into. Replaced when the file changed, read by any call. */
  private volatile byte[] secret;

  /**
   * The newest signature. Written and read by any call; a lost write costs one more HMAC, because
   * the value says itself for which second it is.
   */
  private volatile Signed last = new Signed(Long.MIN_VALUE, new byte[0], "");

  GitalyToken(byte[] secret, Clock wallClock) {
    this.secret = secret.clone();
    this.wallClock = wallClock;
  }

  /** Signs with another secret from now on. */
  void secret(byte[] next) {
    secret = next.clone();
  }

  @Override
  public void applyRequestMetadata(RequestInfo request, Executor executor, MetadataApplier to) {
    try {
      Metadata headers = new Metadata();
      headers.put(AUTHORIZATION, header());
      to.apply(headers);
    } catch (GeneralSecurityException e) {
      to.fail(Status.UNAUTHENTICATED.withDescription("cannot sign the token").withCause(e));
    }
  }

  private String header() throws GeneralSecurityException {
    long second = wallClock.instant().getEpochSecond();
    byte[] key = secret;
    Signed signed = last;
    if (signed.second() != second || signed.key() != key) {
      signed = new Signed(second, key, "Bearer " + sign(key, second));
      last = signed;
    }
    return signed.header();
  }

  static String sign(byte[] key, long second) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    String message = Long.toString(second);
    byte[] sum = mac.doFinal(message.getBytes(StandardCharsets.US_ASCII));
    return "v2." + HexFormat.of().formatHex(sum) + "." + message;
  }

  @Override
  public String toString() {
    return "GitalyToken(redacted)";
  }

  /** A signature with what it is of; the key is compared by identity. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared by value, never written into.
  private record Signed(long second, byte[] key, String header) {}
}
