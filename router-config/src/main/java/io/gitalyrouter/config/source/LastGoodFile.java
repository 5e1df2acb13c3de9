package io.gitalyrouter.config.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * The last good document, kept on disk for the next start. Readable by its owner only, because a
 * document of a test may hold a secret. <em>Not thread-safe; confined to its follower.</em>
 */
public final class LastGoodFile {
  private final Path file;

  private LastGoodFile(Path file) {
    this.file = file;
  }

  /** The copy at this path, in a directory that this process can write to. */
  public static LastGoodFile at(Path file) {
    return new LastGoodFile(file.toAbsolutePath());
  }

  /** The copy's path. */
  public Path file() {
    return file;
  }

  /**
   * Reads the copy.
   *
   * @throws IOException if there is none, or it cannot be read
   */
  public SourceContent read() throws IOException {
    return BoundedRead.read(file);
  }

  /**
   * Replaces the copy: afterwards the file holds the old document or the new one, never a part.
   *
   * @throws IOException with a message that says what is wrong; the old copy stays
   */
  public void write(SourceContent content) throws IOException {
    byte[] bytes = content.bytes();
    if (holds(bytes)) {
      return;
    }
    try {
      replace(bytes);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
      throw new IOException(
          "last good copy " + file + " cannot be written (" + reason + "); check its directory", e);
    }
  }

  private boolean holds(byte[] bytes) {
    try {
      return Arrays.equals(BoundedRead.read(file).bytes(), bytes);
    } catch (IOException e) {
      return false;
    }
  }

  private void replace(byte[] bytes) throws IOException {
    Path temporary =
        Files.createTempFile(file.getParent(), "." + file.getFileName(), ".tmp", ownerOnly());
    try {
      try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        out.force(/* metaData= */ true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private FileAttribute<?>[] ownerOnly() {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
