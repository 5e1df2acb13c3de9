package io.gitalyrouter.config.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;

/** Regular files of a tar archive in the ustar format. <em>Immutable.</em> */
final class TarEntry {
  private static final int BLOCK = 512;
  private static final int MAX_NAME = 100;

  private TarEntry() {}

  static void write(OutputStream out, String name, byte[] content, Instant modified)
      throws IOException {
    byte[] path = name.getBytes(StandardCharsets.UTF_8);
    if (path.length > MAX_NAME) {
      throw new IOException(name + ": too long a name (expected: at most " + MAX_NAME + " bytes)");
    }
    byte[] header = new byte[BLOCK];
    System.arraycopy(path, 0, header, 0, path.length);
    put(header, 100, "0000600\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, 124, octal(content.length));
    put(header, 136, octal(modified.getEpochSecond()));
    // The sum is counted as if its own field were blank.
    put(header, 148, "        ");
    put(header, 156, "0");
    put(header, 257, "ustar\0" + "00");
    int sum = 0;
    for (byte one : header) {
      sum += one & 0xff;
    }
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    out.write(header);
    out.write(content);
    out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  /** Two empty blocks end an archive. */
  static void end(OutputStream out) throws IOException {
    out.write(new byte[2 * BLOCK]);
  }

  private static String octal(long value) {
    return String.format(Locale.ROOT, "%011o\0", value);
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
