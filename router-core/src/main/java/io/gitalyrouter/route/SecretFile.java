package io.gitalyrouter.route;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Locale;
import java.util.Set;

/**
 * A file that holds a secret: it is read only while it is closed to other users, and nothing of
 * what it holds is in a message. <em>Immutable.</em>
 *
 * @param file where it lies
 * @param kind what it is, for messages, such as {@code token file}
 * @param key the configuration key that names it
 * @param content what it should hold, for messages
 * @param maxBytes a larger file is not what it should be but a mistake
 */
record SecretFile(Path file, String kind, String key, String content, int maxBytes) {
  private static final Set<PosixFilePermission> FOR_OTHERS =
      Set.of(
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  /**
   * All of it. Blocks on the file system.
   *
   * @throws IOException with a message that names the file, what is wrong and what to do
   */
  byte[] read() throws IOException {
    try {
      refuseIfOpenToOthers();
      if (Files.size(file) > maxBytes) {
        throw wrong(
            "is larger than %d bytes; point %s at a file with %s only", maxBytes, key, content);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw wrong("does not exist; create it, or correct %s", key);
    } catch (AccessDeniedException e) {
      throw wrong("cannot be read by this process; give its user read permission");
    }
  }

  /** What is wrong with it and what to do, as an exception that names it. */
  IOException wrong(String format, Object... values) {
    return new IOException(kind + " " + file + " " + String.format(Locale.ROOT, format, values));
  }

  private void refuseIfOpenToOthers() throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    if (Files.getPosixFilePermissions(file).stream().anyMatch(FOR_OTHERS::contains)) {
      throw wrong("is open to other users; run: chmod o-rwx %s", file);
    }
  }
}
