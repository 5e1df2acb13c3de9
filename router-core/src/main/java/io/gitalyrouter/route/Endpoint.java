package io.gitalyrouter.route;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An address of a Gitaly with what it takes to be let in. Two equal endpoints share one channel.
 * <em>Immutable.</em>
 */
public sealed interface Endpoint {

  /** The longest path a unix socket can have on Linux, in bytes ({@code sun_path} less its end). */
  int MAX_SOCKET_PATH_BYTES = 107;

  /** The address as it is written in a configuration, such as {@code tcp://file01:9999}. */
  String address();

  /** The secret that calls carry. */
  Token token();

  /** The same address with another token. */
  Endpoint withToken(Token token);

  /** How its connection is made and kept. */
  ConnectionSettings connection();

  /**
   * The same address with a connection of its own kind.
   *
   * @throws IllegalArgumentException if it is a unix socket, which has nothing to set
   */
  Endpoint withConnection(ConnectionSettings connection);

  /**
   * Reads an address as Gitaly's own clients write it. The forms are {@code unix:/abs/path}, {@code
   * unix:///abs/path}, {@code tcp://host:port}, {@code tls://host:port} and {@code
   * dns:[//server[:port]/]host[:port]}; IPv6 addresses stand in brackets. Other spellings mean
   * different things to different clients and are refused.
   *
   * @return the endpoint, without a token
   * @throws IllegalArgumentException saying what is wrong and what is expected
   */
  static Endpoint parse(String address) {
    return EndpointSyntax.parse(address);
  }

  /**
   * A unix socket on this host.
   *
   * @param path the socket's absolute path, at most {@value #MAX_SOCKET_PATH_BYTES} bytes
   * @param token the secret that calls carry
   */
  record Unix(String path, Token token) implements Endpoint {
    /** Checks the path. */
    public Unix {
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "unix socket path: %s (expected: an absolute path)", path));
      }
      int bytes = path.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_SOCKET_PATH_BYTES) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "unix socket path: %s has %d bytes (expected: at most %d, the system's limit; use a shorter directory)",
                path,
                bytes,
                MAX_SOCKET_PATH_BYTES));
      }
    }

    @Override
    public String address() {
      return "unix:" + path;
    }

    @Override
    public Unix withToken(Token token) {
      return new Unix(path, token);
    }

    @Override
    public ConnectionSettings connection() {
      return ConnectionSettings.DEFAULT;
    }

    @Override
    public Unix withConnection(ConnectionSettings connection) {
      if (!connection.equals(ConnectionSettings.DEFAULT)) {
        throw new IllegalArgumentException(
            "connection of " + address() + ": " + connection + " (expected: none, a unix socket)");
      }
      return this;
    }
  }

  /**
   * A plaintext TCP address.
   *
   * @param host a name or an IP address, without brackets
   * @param port 1 to 65535
   * @param token the secret that calls carry
   * @param connection how its connection is made and kept
   */
  record Tcp(String host, int port, Token token, ConnectionSettings connection)
      implements Endpoint {
    /** Checks host and port. */
    public Tcp {
      EndpointSyntax.checkHostAndPort(host, port);
    }

    /** With a connection as the router has it for all. */
    public Tcp(String host, int port, Token token) {
      this(host, port, token, ConnectionSettings.DEFAULT);
    }

    @Override
    public String address() {
      return "tcp://" + EndpointSyntax.authority(host, port);
    }

    @Override
    public Tcp withToken(Token token) {
      return new Tcp(host, port, token, connection);
    }

    @Override
    public Tcp withConnection(ConnectionSettings connection) {
      return new Tcp(host, port, token, connection);
    }
  }

  /**
   * A TCP address with TLS 1.2 or newer.
   *
   * @param host a name or an IP address, without brackets; the server's certificate must carry it
   * @param port 1 to 65535
   * @param token the secret that calls carry
   * @param caFile the certificates to trust, in PEM form; empty for the platform's own
   * @param identity what to show to a server that asks who calls; empty for nothing
   * @param connection how its connection is made and kept
   */
  record Tls(
      String host,
      int port,
      Token token,
      Optional<Path> caFile,
      Optional<ClientIdentity> identity,
      ConnectionSettings connection)
      implements Endpoint {
    /** Checks host and port. */
    public Tls {
      EndpointSyntax.checkHostAndPort(host, port);
    }

    /** With a connection as the router has it for all. */
    public Tls(
        String host,
        int port,
        Token token,
        Optional<Path> caFile,
        Optional<ClientIdentity> identity) {
      this(host, port, token, caFile, identity, ConnectionSettings.DEFAULT);
    }

    /** The same endpoint, trusting the certificates of another file. */
    public Tls withCaFile(Path file) {
      return new Tls(host, port, token, Optional.of(file), identity, connection);
    }

    /** The same endpoint, with a client certificate. */
    public Tls withIdentity(ClientIdentity shown) {
      return new Tls(host, port, token, caFile, Optional.of(shown), connection);
    }

    /**
     * Reads the certificates to trust. Blocks on the file system.
     *
     * @return at least one; empty for the platform's own
     * @throws IOException with a message that names the file, what is wrong and what to do
     */
    public List<X509Certificate> trusted() throws IOException {
      return caFile.isPresent() ? new CertificateFile(caFile.get(), "ca_file").read() : List.of();
    }

    @Override
    public String address() {
      return "tls://" + EndpointSyntax.authority(host, port);
    }

    @Override
    public Tls withToken(Token token) {
      return new Tls(host, port, token, caFile, identity, connection);
    }

    @Override
    public Tls withConnection(ConnectionSettings connection) {
      return new Tls(host, port, token, caFile, identity, connection);
    }
  }

  /**
   * A plaintext TCP address whose name is resolved again whenever connections are lost.
   *
   * @param target what follows {@code dns:}, such as {@code gitaly.internal:8075}
   * @param token the secret that calls carry
   * @param connection how its connections are made and kept
   */
  record Dns(String target, Token token, ConnectionSettings connection) implements Endpoint {
    /** Checks the target. */
    public Dns {
      if (target.isBlank()
          || target.endsWith(":")
          || target.toLowerCase(Locale.ROOT).contains(" ")) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "dns target: %s (expected: dns:host:port or dns://server/host:port)",
                target));
      }
    }

    /** With connections as the router has them for all. */
    public Dns(String target, Token token) {
      this(target, token, ConnectionSettings.DEFAULT);
    }

    @Override
    public String address() {
      return "dns:" + target;
    }

    @Override
    public Dns withToken(Token token) {
      return new Dns(target, token, connection);
    }

    @Override
    public Dns withConnection(ConnectionSettings connection) {
      return new Dns(target, token, connection);
    }
  }
}
