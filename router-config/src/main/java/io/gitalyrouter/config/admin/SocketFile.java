package io.gitalyrouter.config.admin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The sockets in an admin directory: {@code <host>-<pid>.sock}. <em>Immutable.</em> */
final class SocketFile {
  private static final String SUFFIX = ".sock";

  /** What the system allows for a socket's path. */
  private static final int MAX_PATH_BYTES = 107;

  private SocketFile() {}

  /**
   * Where a process listens.
   *
   * @throws IOException if the name cannot be that of a socket
   */
  static Path of(Path directory, String host, String process) throws IOException {
    if (host.isBlank() || host.contains("/") || host.startsWith(".")) {
      throw new IOException("host: \"" + host + "\" (expected: a name that can be a file's)");
    }
    Path socket = directory.toAbsolutePath().resolve(host + "-" + process + SUFFIX);
    int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH_BYTES) {
      throw new IOException(
          socket
              + ": "
              + length
              + " bytes (expected: at most "
              + MAX_PATH_BYTES
              + "; use a directory with a shorter path)");
    }
    return socket;
  }

  /** All sockets of a directory, by name. */
  static List<Path> list(Path directory) throws IOException {
    List<Path> sockets = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path entry : entries) {
        if (isSocket(entry)) {
          sockets.add(entry);
        }
      }
    }
    Collections.sort(sockets);
    return sockets;
  }

  private static boolean isSocket(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther();
    } catch (IOException e) {
      // Gone since it was listed.
      return false;
    }
  }

  /**
   * Whether nobody listens there any more. A process id says less: it may be another's by now, or
   * of another container.
   */
  static boolean isDead(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // A full backlog must not hold us up.
      channel.configureBlocking(/* block= */ false);
      boolean unused = channel.connect(UnixDomainSocketAddress.of(socket));
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
