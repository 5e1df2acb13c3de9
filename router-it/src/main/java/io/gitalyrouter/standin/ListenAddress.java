package io.gitalyrouter.standin;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;

/**
 * Where a stand-in listens. *Immutable.*
 *
 * <p>Only unix sockets and the loopback interface: it is no server for a network. 0.0.0.0 is for a
 * container, whose network is its own.
 *
 * @param transport {@code unix}, {@code tcp} or {@code tls}
 * @param place path of a unix socket; otherwise the interface's address, 127.0.0.1 or 0.0.0.0
 * @param port 0 for any free one; 0 for a unix socket
 */
public record ListenAddress(String transport, String place, int port) {
  /** The transport of unix sockets. */
  public static final String UNIX = "unix";

  /** The transport of TCP without encryption. */
  public static final String TCP = "tcp";

  /** The transport of TCP with TLS. */
  public static final String TLS = "tls";

  private static final String LOOPBACK = "127.0.0.1";
  private static final String EVERY_INTERFACE = "0.0.0.0";

  /** A unix socket. */
  public static ListenAddress unix(Path socket) {
    return new ListenAddress(UNIX, socket.toAbsolutePath().toString(), 0);
  }

  /** A TCP port of 127.0.0.1; 0 for any. */
  public static ListenAddress tcp(int port) {
    return new ListenAddress(TCP, LOOPBACK, port);
  }

  /** A TCP port of 127.0.0.1 with TLS; 0 for any. */
  public static ListenAddress tls(int port) {
    return new ListenAddress(TLS, LOOPBACK, port);
  }

  /**
   * Reads {@code unix:/abs/path}, {@code tcp://127.0.0.1:PORT} or {@code tls://127.0.0.1:PORT}, and
   * the same with 0.0.0.0.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static ListenAddress parse(String text) {
    if (text.startsWith("unix:/")) {
      return unix(Path.of(text.substring("unix:".length())));
    }
    URI uri = URI.create(text);
    boolean known = TCP.equals(uri.getScheme()) || TLS.equals(uri.getScheme());
    String host = uri.getHost();
    boolean own = LOOPBACK.equals(host) || EVERY_INTERFACE.equals(host);
    if (!known || !own || uri.getPort() < 0) {
      throw new IllegalArgumentException(
          "listen: "
              + text
              + " (expected: unix:/abs/path, tcp://127.0.0.1:PORT or tls://127.0.0.1:PORT)");
    }
    return new ListenAddress(uri.getScheme(), host, uri.getPort());
  }

  /** The path of a unix socket. */
  public String path() {
    return isUnix() ? place : "";
  }

  /** Whether it is a unix socket. */
  public boolean isUnix() {
    return transport.equals(UNIX);
  }

  /** The same address with the port that was found free. */
  public ListenAddress withPort(int actual) {
    return new ListenAddress(transport, place, actual);
  }

  /** What to bind a TCP socket to. */
  SocketAddress inetAddress() {
    return new InetSocketAddress(place, port);
  }

  /** As {@link #parse} reads it, and as clients dial it. */
  @Override
  public String toString() {
    return isUnix() ? "unix:" + place : transport + "://" + place + ":" + port;
  }
}
