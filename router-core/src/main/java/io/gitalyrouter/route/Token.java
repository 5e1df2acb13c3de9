package io.gitalyrouter.route;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the shared secret of an endpoint comes from: nowhere, a file, or (for tests) a literal. Its
 * text form never contains the secret. <em>Immutable.</em>
 */
public final class Token {
  private static final Token NONE = new Token(null, null);

  /** The longest secret accepted, in bytes: a larger file is not a token but a mistake. */
  static final int MAX_SECRET_BYTES = 4096;

  private final @Nullable Path file;
  private final byte @Nullable [] literal;

  private Token(@Nullable Path file, byte @Nullable [] literal) {
    this.file = file;
    this.literal = literal;
  }

  /** The endpoint asks for no token; none is sent. */
  public static Token none() {
    return NONE;
  }

  /**
   * The secret is the content of a file, without the white space at its end.
   *
   * @param file an absolute path; read when the endpoint is opened
   */
  public static Token file(Path file) {
    if (!file.isAbsolute()) {
      throw new IllegalArgumentException("token file: " + file + " (expected: an absolute path)");
    }
    return new Token(file, null);
  }

  /** The secret itself. For tests: a secret in a configuration document is a leak. */
  public static Token literal(String secret) {
    if (secret.isEmpty()) {
      throw new IllegalArgumentException("token: empty (expected: a secret, or no token at all)");
    }
    return new Token(null, secret.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether calls go without a token. */
  public boolean isNone() {
    return file == null && literal == null;
  }

  /** The file that holds the secret, if it comes from one. */
  public Optional<Path> file() {
    return Optional.ofNullable(file);
  }

  /**
   * Reads the secret. Blocks on the file system when it comes from a file.
   *
   * @return the secret's bytes; empty if there is none
   * @throws IOException with a message that names the file, what is wrong and what to do: it is
   *     missing, unreadable, empty, larger than 4096 bytes, or open to other users
   */
  public byte[] secret() throws IOException {
    if (literal != null) {
      return literal.clone();
    }
    return file == null ? new byte[0] : read(file);
  }

  private static byte[] read(Path file) throws IOException {
    SecretFile secret =
        new SecretFile(file, "token file", "token_file", "the secret", MAX_SECRET_BYTES);
    byte[] content = secret.read();
    int end = content.length;
    while (end > 0 && Character.isWhitespace(content[end - 1])) {
      end--;
    }
    if (end == 0) {
      throw secret.wrong("is empty; write the secret into it");
    }
    return Arrays.copyOf(content, end);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Token that
        && Objects.equals(file, that.file)
        && Arrays.equals(literal, that.literal);
  }

  @Override
  public int hashCode() {
    return 31 * Objects.hashCode(file) + Arrays.hashCode(literal);
  }

  @Override
  public String toString() {
    if (isNone()) {
      return "none";
    }
    return file == null ? "literal(redacted)" : "file(" + file + ")";
  }
}
