package io.gitalyrouter.prometheus;

import io.gitalyrouter.standin.SampleRepository;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A git client that has got the list of references and does not say what it wants: a call that runs
 * for as long as it likes. <em>Not thread-safe.</em>
 */
final class HeldFetch implements AutoCloseable {
  private final Socket socket;

  private HeldFetch(Socket socket) {
    this.socket = socket;
  }

  /**
   * Begins a fetch; when this returns the server has answered.
   *
   * @param url a {@code git://} address
   */
  static HeldFetch begin(String url) throws IOException {
    URI address = URI.create(url);
    Socket socket = new Socket(address.getHost(), address.getPort());
    String line = "git-upload-pack /" + SampleRepository.PATH + "\0host=localhost\0";
    String packet = String.format(Locale.ROOT, "%04x%s", line.length() + 4, line);
    socket.getOutputStream().write(packet.getBytes(StandardCharsets.US_ASCII));
    byte[] first = socket.getInputStream().readNBytes(4);
    if (first.length < 4) {
      socket.close();
      throw new IOException("no answer from " + url);
    }
    return new HeldFetch(socket);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
