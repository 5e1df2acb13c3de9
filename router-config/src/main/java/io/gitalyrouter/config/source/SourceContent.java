package io.gitalyrouter.config.source;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a source read: bytes, and where they came from. Its text form never contains the bytes,
 * which may hold a secret. <em>Immutable.</em>
 */
public final class SourceContent {
  /** The largest document that is read, in bytes: some thirty thousand storages. */
  public static final int MAX_BYTES = 4 << 20;

  private static final int HASH_CHARS = 12;

  private final String origin;
  private final byte[] bytes;
  private final String fingerprint;

  private SourceContent(String origin, byte[] bytes) {
    this.origin = origin;
    this.bytes = bytes;
    this.fingerprint = sha256(bytes);
  }

  /**
   * The content of one reading.
   *
   * @param origin where the bytes came from, as problems name it: the path of the file
   * @param bytes the document; copied
   */
  public static SourceContent of(String origin, byte[] bytes) {
    return new SourceContent(origin, bytes.clone());
  }

  /** Where the bytes came from. */
  public String origin() {
    return origin;
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The first 12 hexadecimal digits of the bytes' SHA-256: the same document has the same hash. */
  public String hash() {
    return fingerprint.substring(0, HASH_CHARS);
  }

  /** The bytes' whole SHA-256 in hexadecimal digits: by it a host says which document it has. */
  public String fingerprint() {
    return fingerprint;
  }

  private static String sha256(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (expected: in every Java platform)", e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SourceContent that
        && origin.equals(that.origin)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * origin.hashCode() + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return origin + "#" + hash();
  }
}
