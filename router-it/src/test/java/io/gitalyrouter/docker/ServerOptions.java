package io.gitalyrouter.docker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How one server is set up. A change takes effect when it starts the next time. <em>Immutable.</em>
 *
 * @param storage its storage's directory, inside the container
 * @param tokenFile the secret that it asks for; empty if it asks for none
 * @param certificate the directory of {@code cert.pem} and {@code key.pem}; empty for no TLS
 * @param network whether it serves the network, beside its unix socket
 * @param clockOffsetSeconds how far its clock is ahead; only a stand-in's can be
 * @param minKeepAliveSeconds who pings more often is thrown out; only a stand-in's can be set
 */
record ServerOptions(
    String storage,
    Optional<Path> tokenFile,
    Optional<Path> certificate,
    boolean network,
    long clockOffsetSeconds,
    int minKeepAliveSeconds) {
  /** The port without TLS. */
  static final int TCP_PORT = 8075;

  /** The port with TLS. */
  static final int TLS_PORT = 9999;

  private static final int USUAL_MIN_KEEP_ALIVE_SECONDS = 10;

  /** A server that only its own host reaches. */
  static ServerOptions local(String storage) {
    return new ServerOptions(
        storage,
        Optional.empty(),
        Optional.empty(),
        /* network= */ false,
        0,
        USUAL_MIN_KEEP_ALIVE_SECONDS);
  }

  /** A server that asks for a token. */
  static ServerOptions network(String storage, Path tokenFile) {
    return new ServerOptions(
        storage,
        Optional.of(tokenFile),
        Optional.empty(),
        /* network= */ true,
        0,
        USUAL_MIN_KEEP_ALIVE_SECONDS);
  }

  ServerOptions withStorage(String directory) {
    return new ServerOptions(
        directory, tokenFile, certificate, network, clockOffsetSeconds, minKeepAliveSeconds);
  }

  ServerOptions withTokenFile(Path file) {
    return new ServerOptions(
        storage, Optional.of(file), certificate, network, clockOffsetSeconds, minKeepAliveSeconds);
  }

  ServerOptions withCertificate(Path directory) {
    return new ServerOptions(
        storage,
        tokenFile,
        Optional.of(directory),
        network,
        clockOffsetSeconds,
        minKeepAliveSeconds);
  }

  ServerOptions withClockOffset(long seconds) {
    return new ServerOptions(
        storage, tokenFile, certificate, network, seconds, minKeepAliveSeconds);
  }

  ServerOptions withMinKeepAlive(int seconds) {
    return new ServerOptions(storage, tokenFile, certificate, network, clockOffsetSeconds, seconds);
  }

  /** The stand-in's command line, one word a line. */
  String asArguments(String storageName, Path home) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("--storage", storageName + "=" + storage));
    words.addAll(List.of("--listen", "unix:" + home.resolve("gitaly.socket")));
    if (network) {
      words.addAll(List.of("--listen", "tcp://0.0.0.0:" + TCP_PORT));
    }
    tokenFile.ifPresent(file -> words.addAll(List.of("--token-file", file.toString())));
    certificate.ifPresent(
        directory -> {
          words.addAll(List.of("--listen", "tls://0.0.0.0:" + TLS_PORT));
          words.addAll(List.of("--tls-cert", directory.resolve("cert.pem").toString()));
          words.addAll(List.of("--tls-key", directory.resolve("key.pem").toString()));
        });
    words.addAll(List.of("--control-socket", home.resolve("control.socket").toString()));
    words.addAll(List.of("--ledger", home.resolve("ledger.jsonl").toString()));
    words.addAll(List.of("--calls", home.resolve("calls.jsonl").toString()));
    words.addAll(List.of("--ready-file", home.resolve("ready.json").toString()));
    words.addAll(List.of("--clock-offset-seconds", Long.toString(clockOffsetSeconds)));
    words.addAll(List.of("--min-keepalive-seconds", Integer.toString(minKeepAliveSeconds)));
    return String.join("\n", words) + "\n";
  }

  /** Gitaly's own configuration. */
  String asToml(String storageName, Path home, String secret) {
    StringBuilder toml = new StringBuilder();
    setting(toml, "socket_path", home.resolve("gitaly.socket"));
    setting(toml, "bin_dir", "/usr/local/bin");
    if (network) {
      setting(toml, "listen_addr", "0.0.0.0:" + TCP_PORT);
    }
    certificate.ifPresent(
        directory -> {
          setting(toml, "tls_listen_addr", "0.0.0.0:" + TLS_PORT);
          toml.append("[tls]\n");
          setting(toml, "certificate_path", directory.resolve("cert.pem"));
          setting(toml, "key_path", directory.resolve("key.pem"));
        });
    if (tokenFile.isPresent()) {
      toml.append("[auth]\n");
      setting(toml, "token", secret);
    }
    // It wants to know whom its hooks would call; no call of the suite runs any.
    toml.append("[gitlab]\n");
    setting(toml, "url", "http://127.0.0.1:1");
    setting(toml, "secret_file", home.resolve("gitlab_secret"));
    toml.append("[[storage]]\n");
    setting(toml, "name", storageName);
    setting(toml, "path", storage);
    return toml.toString();
  }

  private static void setting(StringBuilder toml, String key, Object value) {
    toml.append(key).append(" = \"").append(value).append("\"\n");
  }
}
