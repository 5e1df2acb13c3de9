package io.gitalyrouter.config.admin;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory that holds the sockets of all processes of a host. Who may write to it decides who
 * is believed, so a directory that everybody may write to is refused. <em>Immutable.</em>
 */
final class AdminDirectory {
  private static final Logger log = LoggerFactory.getLogger(AdminDirectory.class);

  /** A socket is bound in such a directory of its own first, where nobody else gets at it. */
  private static final String PRIVATE_PREFIX = ".new-";

  private static final Duration BIND_AGE = Duration.ofMinutes(1);

  private final Path path;

  private AdminDirectory(Path path) {
    this.path = path;
  }

  /**
   * Looks at the directory.
   *
   * @throws IOException if there is none, or everybody may write to it
   */
  static AdminDirectory check(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new IOException(
          "admin directory " + path + ": there is none; create it for the processes of this host");
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
    if (permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException(
          "admin directory " + path + ": everybody may write to it; run chmod o-w " + path);
    }
    return new AdminDirectory(path);
  }

  Path path() {
    return path;
  }

  /**
   * Removes what dead processes have left. What cannot be removed stays.
   *
   * @param now the time of day, by which files are dated
   */
  void clean(Instant now) throws IOException {
    for (Path socket : SocketFile.list(path)) {
      if (SocketFile.isDead(socket)) {
        log.info("removing the admin socket of a process that has ended socket={}", socket);
        remove(socket);
      }
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(path, PRIVATE_PREFIX + "*")) {
      for (Path directory : left) {
        // A living process needs milliseconds between its bind and its rename.
        if (Duration.between(modified(directory), now).compareTo(BIND_AGE) > 0) {
          remove(directory.resolve("s"));
          remove(directory);
        }
      }
    }
  }

  private static Instant modified(Path file) throws IOException {
    return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
  }

  /** A directory of this process that nobody else can enter, whatever the umask is. */
  Path createPrivate(String process) throws IOException {
    return Files.createDirectory(
        path.resolve(PRIVATE_PREFIX + process),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("cannot remove file={} reason={}", file, e.toString());
    }
  }
}
