package io.gitalyrouter.bench;

/** How a client reaches the server. */
enum Transport {
  /** A unix socket. */
  UNIX,
  /** Plaintext over the loopback. */
  TCP,
  /** TLS over the loopback. */
  TLS;

  String label() {
    return switch (this) {
      case UNIX -> "unix socket";
      case TCP -> "TCP";
      case TLS -> "TLS";
    };
  }
}
