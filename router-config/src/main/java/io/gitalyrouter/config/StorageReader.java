package io.gitalyrouter.config;

import io.gitalyrouter.config.EndpointSettings.Place;
import io.gitalyrouter.route.ClientIdentity;
import io.gitalyrouter.route.ConnectionSettings;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.Token;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads a storage and its endpoints. <em>Not thread-safe; confined to the thread that reads the
 * document.</em>
 */
final class StorageReader {
  private static final int MAX_ADDRESS = 200;

  private final Problems problems;

  private StorageReader(Problems problems) {
    this.problems = problems;
  }

  /** The storage, or empty after a problem was added. */
  static Optional<StorageSettings> read(String name, YamlValue value, Problems problems) {
    StorageReader reader = new StorageReader(problems);
    int before = problems.size();
    Optional<YamlMapping> storage =
        value
            .mapping("local, and network if it has one")
            .map(mapping -> mapping.allowing(ConfigKey.within("storages.<storage>")));
    Optional<EndpointSettings> local =
        storage.flatMap(s -> s.require(ConfigKey.LOCAL)).flatMap(v -> reader.endpoint(v, "local"));
    Optional<EndpointSettings> network =
        storage.flatMap(s -> s.get(ConfigKey.NETWORK)).flatMap(v -> reader.endpoint(v, "network"));
    return problems.size() > before
        ? Optional.empty()
        : local.map(present -> new StorageSettings(name, present, network));
  }

  private Optional<EndpointSettings> endpoint(YamlValue value, String side) {
    return value
        .mapping("an endpoint with its address")
        .map(mapping -> mapping.allowing(ConfigKey.within("storages.<storage>." + side)))
        .flatMap(this::endpoint);
  }

  private Optional<EndpointSettings> endpoint(YamlMapping mapping) {
    Optional<Endpoint> address =
        mapping.require(ConfigKey.NETWORK_ADDRESS).flatMap(StorageReader::address);
    Optional<YamlValue> tokenFile = mapping.get(ConfigKey.NETWORK_TOKEN_FILE);
    Optional<YamlValue> inline = mapping.get(ConfigKey.NETWORK_INLINE);
    Optional<YamlValue> caFile = mapping.get(ConfigKey.NETWORK_CA_FILE);
    Optional<YamlValue> certFile = mapping.get(ConfigKey.NETWORK_CERT_FILE);
    Optional<YamlValue> keyFile = mapping.get(ConfigKey.NETWORK_KEY_FILE);
    Token token = token(tokenFile, inline);
    ConnectionSettings connection = connection(mapping, address);
    Optional<Path> ca = caFile.flatMap(StorageReader::path);
    Optional<ClientIdentity> identity = identity(certFile, keyFile);
    if (address.isPresent() && !(address.get() instanceof Endpoint.Tls)) {
      String refusal = "only for tls:// addresses, and the address is " + address.get().address();
      Stream.of(caFile, certFile, keyFile)
          .flatMap(Optional::stream)
          .forEach(v -> v.refuse(refusal));
    }
    return address.map(
        parsed ->
            new EndpointSettings(
                overTls(parsed.withToken(token), ca, identity).withConnection(connection),
                tokenFile.map(StorageReader::place),
                caFile.map(StorageReader::place),
                certFile.map(StorageReader::place),
                keyFile.map(StorageReader::place)));
  }

  /** Of a unix socket they are refused, and then none: the rest shall be read all the same. */
  private static ConnectionSettings connection(YamlMapping mapping, Optional<Endpoint> address) {
    List<ConfigKey> keys =
        List.of(
            ConfigKey.NETWORK_CONNECT_TIMEOUT,
            ConfigKey.NETWORK_KEEPALIVE,
            ConfigKey.NETWORK_KEEPALIVE_TIMEOUT);
    if (address.isPresent() && address.get() instanceof Endpoint.Unix) {
      keys.stream()
          .flatMap(key -> mapping.get(key).stream())
          .forEach(value -> value.refuse("not for unix: addresses, whose connection is local"));
      return ConnectionSettings.DEFAULT;
    }
    return new ConnectionSettings(
        duration(mapping, keys.get(0), 100, Duration.ofSeconds(30)),
        duration(
            mapping,
            keys.get(1),
            ConnectionSettings.MIN_KEEP_ALIVE.toMillis(),
            Duration.ofHours(1)),
        duration(mapping, keys.get(2), 1000, Duration.ofMinutes(1)));
  }

  private static Optional<Duration> duration(
      YamlMapping mapping, ConfigKey key, long leastMillis, Duration most) {
    return mapping
        .get(key)
        .flatMap(v -> v.duration(key.range(), Duration.ofMillis(leastMillis), most));
  }

  private static Endpoint overTls(
      Endpoint endpoint, Optional<Path> ca, Optional<ClientIdentity> identity) {
    return endpoint instanceof Endpoint.Tls tls
        ? new Endpoint.Tls(tls.host(), tls.port(), tls.token(), ca, identity)
        : endpoint;
  }

  private Optional<ClientIdentity> identity(
      Optional<YamlValue> certFile, Optional<YamlValue> keyFile) {
    Optional<Path> cert = certFile.flatMap(StorageReader::path);
    Optional<Path> key = keyFile.flatMap(StorageReader::path);
    if (certFile.isPresent() != keyFile.isPresent()) {
      YamlValue alone = certFile.or(() -> keyFile).orElseThrow();
      problems.add(
          alone.keyOrigin(),
          alone.path(),
          "there without "
              + (certFile.isPresent() ? "key_file" : "cert_file")
              + " (expected: both, or neither)");
    }
    return cert.flatMap(c -> key.map(k -> new ClientIdentity(c, k)));
  }

  private static Optional<Endpoint> address(YamlValue value) {
    Optional<String> text = value.text(ConfigKey.NETWORK_ADDRESS.range());
    if (text.isPresent() && text.get().contains("@")) {
      // Not shown: what stands before the @ may be a password.
      value.refuse("an address with a user (expected: " + ConfigKey.NETWORK_ADDRESS.range() + ")");
      return Optional.empty();
    }
    if (text.isPresent() && text.get().length() > MAX_ADDRESS) {
      value.refuse("an address of " + text.get().length() + " characters; a misplaced value?");
      return Optional.empty();
    }
    try {
      return text.map(Endpoint::parse);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      value.refuse(message.startsWith("address: ") ? message.substring(9) : message);
      return Optional.empty();
    }
  }

  private Token token(Optional<YamlValue> tokenFile, Optional<YamlValue> inline) {
    if (tokenFile.isPresent() && inline.isPresent()) {
      problems.add(
          inline.get().keyOrigin(),
          inline.get().path(),
          "there together with token_file (expected: one of them)");
      return Token.none();
    }
    Optional<Token> fromFile = tokenFile.flatMap(StorageReader::path).map(Token::file);
    Optional<Token> literal =
        inline.flatMap(v -> v.secret(ConfigKey.NETWORK_INLINE.range())).map(Token::literal);
    return fromFile.or(() -> literal).orElse(Token.none());
  }

  /** An absolute path. Another value is not shown: it may be the secret itself. */
  private static Optional<Path> path(YamlValue value) {
    Optional<String> text = value.secret("the absolute path of a file");
    try {
      Optional<Path> path = text.map(Path::of).filter(Path::isAbsolute);
      if (text.isPresent() && path.isEmpty()) {
        value.refuse("not an absolute path (the value is not shown: it may be a secret)");
      }
      return path;
    } catch (InvalidPathException e) {
      value.refuse("not a path (the value is not shown: it may be a secret)");
      return Optional.empty();
    }
  }

  private static Place place(YamlValue value) {
    return new Place(value.origin(), value.path());
  }
}
