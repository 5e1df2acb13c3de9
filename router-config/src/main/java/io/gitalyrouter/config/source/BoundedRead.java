package io.gitalyrouter.config.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Reads a document from a regular file, at most one byte more than the limit, and turns what the
 * file system answers into a message a person can act on. <em>Thread-safe.</em>
 */
final class BoundedRead {
  private BoundedRead() {}

  static SourceContent read(Path file) throws IOException {
    byte[] bytes;
    try {
      refuseOtherThanFile(file);
      try (InputStream in = Files.newInputStream(file)) {
        bytes = in.readNBytes(SourceContent.MAX_BYTES + 1);
      }
    } catch (FileSystemException e) {
      throw new IOException(explain(file, e), e);
    }
    if (bytes.length > SourceContent.MAX_BYTES) {
      throw new IOException(
          "larger than "
              + SourceContent.MAX_BYTES
              + " bytes, the limit of a configuration document; is this the right file?");
    }
    return SourceContent.of(file.toString(), bytes);
  }

  /** A pipe or a device would block the reader, perhaps for ever. */
  private static void refuseOtherThanFile(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      throw new IOException("a directory; give the path of the file in it");
    }
    if (!attributes.isRegularFile()) {
      throw new IOException("neither a file nor a link to one; give the path of a regular file");
    }
  }

  /** What an answer of the file system means for the person who wrote the path. */
  static String explain(Path file, FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
          ? "a link to a file that does not exist; create the file, or correct the link"
          : "does not exist; create it, or correct the path";
    }
    if (e instanceof AccessDeniedException) {
      return "cannot be read by this process; give its user read permission for the file"
          + " and search permission for the directories above it";
    }
    String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    if (reason.contains("symbolic link")) {
      return "a link that leads back to itself; correct the link";
    }
    return "cannot be read (" + reason + "); check the path and each directory in it";
  }
}
