package io.gitalyrouter.standin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;

/**
 * Where a stand-in listens. *Immutable.*
 *
 * <p>Only unix sockets and the loopback interface: it is no server for a network.
 *
 * @param transport {@code unix}, {@code tcp} or {@code tls}
 * @param path of the socket; empty unless it is a unix socket
 * @param port 0 for any free one; 0 for a unix socket
 */
public record ListenAddress(String transport, String path, int port) {
  /** The transport of unix sockets. */
  public static final String UNIX = "unix";

  /** The transport of TCP without encryption. */
  public static final String TCP = "tcp";

  /** The transport of TCP with TLS. */
  public static final String TLS = "tls";

  /** A unix socket. */
  public static ListenAddress unix(Path socket) {
    return new ListenAddress(UNIX, socket.toAbsolutePath().toString(), 0);
  }

  /** A TCP port of 127.0.0.1; 0 for any. */
  public static ListenAddress tcp(int port) {
    return new ListenAddress(TCP, "", port);
  }

  /** A TCP port of 127.0.0.1 with TLS; 0 for any. */
  public static ListenAddress tls(int port) {
    return new ListenAddress(TLS, "", port);
  }

  /**
   * Reads {@code unix:/abs/path}, {@code tcp://127.0.0.1:PORT} or {@code tls://127.0.0.1:PORT}.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static ListenAddress parse(String text) {
    if (text.startsWith("unix:/")) {
      return unix(Path.of(text.substring("unix:".length())));
    }
    URI uri = URI.create(text);
    boolean known = TCP.equals(uri.getScheme()) || TLS.equals(uri.getScheme());
    if (!known || !"127.0.0.1".equals(uri.getHost()) || uri.getPort() < 0) {
      throw new IllegalArgumentException(
          "listen: "
              + text
              + " (expected: unix:/abs/path, tcp://127.0.0.1:PORT or tls://127.0.0.1:PORT)");
    }
    return new ListenAddress(uri.getScheme(), "", uri.getPort());
  }

  /** Whether it is a unix socket. */
  public boolean isUnix() {
    return transport.equals(UNIX);
  }

  /** The same address with the port that was found free. */
  public ListenAddress withPort(int actual) {
    return new ListenAddress(transport, path, actual);
  }

  /** What to bind a TCP socket to. */
  SocketAddress inetAddress() {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  /** As {@link #parse} reads it, and as clients dial it. */
  @Override
  public String toString() {
    return isUnix() ? "unix:" + path : transport + "://127.0.0.1:" + port;
  }
}
