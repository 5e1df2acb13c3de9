package io.gitalyrouter.bench;

import io.gitalyrouter.route.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Where a server listens. <em>Immutable.</em>
 *
 * @param socket its unix socket
 * @param tcpPort its plaintext port on the loopback
 * @param tlsPort its TLS port on the loopback
 * @param caFile the certificate to trust, in PEM form
 */
record Site(Path socket, int tcpPort, int tlsPort, Path caFile) {
  static final String HOST = "127.0.0.1";

  /** The endpoint as the router names it. */
  Endpoint endpoint(Transport transport) {
    return switch (transport) {
      case UNIX -> Endpoint.parse("unix:" + socket);
      case TCP -> Endpoint.parse("tcp://" + HOST + ":" + tcpPort);
      case TLS ->
          ((Endpoint.Tls) Endpoint.parse("tls://" + HOST + ":" + tlsPort)).withCaFile(caFile);
    };
  }

  /** Writes the site to a file that appears complete. */
  void write(Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    Files.write(
        unfinished,
        List.of(
            socket.toString(),
            Integer.toString(tcpPort),
            Integer.toString(tlsPort),
            caFile.toString()));
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Reads what {@link #write} wrote. */
  static Site read(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return new Site(
          Path.of(lines.get(0)),
          Integer.parseInt(lines.get(1)),
          Integer.parseInt(lines.get(2)),
          Path.of(lines.get(3)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
