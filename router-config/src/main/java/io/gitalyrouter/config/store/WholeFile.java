package io.gitalyrouter.config.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/** Replaces files so that a reader sees the old one or the new one. <em>Thread-safe.</em> */
final class WholeFile {
  private WholeFile() {}

  /**
   * Replaces a file, and has it on disk when it returns.
   *
   * @param like whose owner and mode it gets, if that file is there; else only its owner may read
   *     it
   */
  static void replace(Path file, String text, Path like) throws IOException {
    Path temporary =
        Files.createTempFile(file.toAbsolutePath().getParent(), "." + file.getFileName(), ".tmp");
    try {
      try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(text.getBytes(UTF_8));
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        out.force(/* metaData= */ true);
      }
      copyAccess(like, temporary);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void copyAccess(Path from, Path to) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    if (view == null || !Files.exists(from)) {
      return;
    }
    PosixFileAttributes wanted = Files.readAttributes(from, PosixFileAttributes.class);
    PosixFileAttributes present = view.readAttributes();
    if (!present.owner().equals(wanted.owner())) {
      view.setOwner(wanted.owner());
    }
    if (!present.group().equals(wanted.group())) {
      view.setGroup(wanted.group());
    }
    view.setPermissions(wanted.permissions());
  }
}
