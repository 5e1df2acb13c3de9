package io.gitalyrouter.config.etcd;

import io.gitalyrouter.route.Token;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where the document is in etcd, and how to get there. Its text form never contains a password.
 * <em>Immutable.</em>
 *
 * @param endpoints the members to ask, at least one; one at a time, the next when one fails
 * @param key the key that holds the document; {@value #DEFAULT_KEY} by default
 * @param login user and password; none by default
 * @param tls certificates for {@code https} endpoints; the platform's by default
 */
public record EtcdSettings(
    List<EtcdEndpoint> endpoints, String key, Optional<Login> login, Tls tls) {
  /** The key unless another is given. */
  public static final String DEFAULT_KEY = "/gitaly-router/config";

  /** Copies the list, and checks that there is an endpoint and a key. */
  public EtcdSettings {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("endpoints: none (expected: at least one)");
    }
    if (key.isBlank()) {
      throw new IllegalArgumentException(
          "key: empty (expected: the key that holds the document, such as " + DEFAULT_KEY + ")");
    }
  }

  /**
   * The default key at these endpoints.
   *
   * @param endpoints separated by commas, such as {@code http://etcd1:2379,http://etcd2:2379}
   * @throws IllegalArgumentException if one of them is none
   */
  public static EtcdSettings of(String endpoints) {
    return new EtcdSettings(
        Arrays.stream(endpoints.split(",", -1))
            .map(String::strip)
            .map(EtcdEndpoint::parse)
            .toList(),
        DEFAULT_KEY,
        Optional.empty(),
        Tls.PLATFORM);
  }

  /** Another key. */
  public EtcdSettings withKey(String newKey) {
    return new EtcdSettings(endpoints, newKey, login, tls);
  }

  /**
   * Logs in as this user, anew for each connection.
   *
   * @param password a file, so that a changed password needs no restart; a literal for tests
   */
  public EtcdSettings withLogin(String user, Token password) {
    return new EtcdSettings(endpoints, key, Optional.of(new Login(user, password)), tls);
  }

  /** Uses these certificates for {@code https} endpoints; their files are read per connection. */
  public EtcdSettings withTls(Tls newTls) {
    return new EtcdSettings(endpoints, key, login, newTls);
  }

  /** The document's name in messages, such as {@code etcd:/gitaly-router/config}. */
  String name() {
    return "etcd:" + key;
  }

  /** One version's name in messages, such as {@code etcd:/gitaly-router/config@17}. */
  String origin(long revision) {
    return name() + "@" + revision;
  }

  /**
   * Who logs in. <em>Immutable.</em>
   *
   * @param user etcd's name of the user
   * @param password where the password comes from
   */
  public record Login(String user, Token password) {
    /** Refuses a login without a password. */
    public Login {
      if (user.isBlank() || password.isNone()) {
        throw new IllegalArgumentException("login: empty (expected: a user and a password)");
      }
    }
  }

  /**
   * Certificates of the TLS to etcd. <em>Immutable.</em>
   *
   * @param caFile the certificates to trust, in PEM form; the platform's if empty
   * @param certFile this client's certificate; together with its key, or not at all
   * @param keyFile the key of that certificate
   */
  public record Tls(Optional<Path> caFile, Optional<Path> certFile, Optional<Path> keyFile) {
    /** The platform's certificates, and none of this client's. */
    public static final Tls PLATFORM =
        new Tls(Optional.empty(), Optional.empty(), Optional.empty());

    /** Refuses a certificate without its key. */
    public Tls {
      if (certFile.isPresent() != keyFile.isPresent()) {
        throw new IllegalArgumentException(
            "tls: only one of certFile and keyFile (expected: both, or none)");
      }
    }

    /** Trusts only these certificates. */
    public static Tls trusting(Path caFile) {
      return new Tls(Optional.of(caFile), Optional.empty(), Optional.empty());
    }

    /** Presents this certificate to the server. */
    public Tls withClient(Path newCertFile, Path newKeyFile) {
      return new Tls(caFile, Optional.of(newCertFile), Optional.of(newKeyFile));
    }
  }
}
