package io.gitalyrouter.docker;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the network side is reached, as the document says it. <em>Immutable.</em>
 *
 * @param address its address
 * @param tokenFile the secret that it asks for
 * @param caFile whom to trust; empty without TLS
 */
record Way(String address, Path tokenFile, Optional<Path> caFile) {
  static Way tcp(String address, Path tokenFile) {
    return new Way(address, tokenFile, Optional.empty());
  }

  /** An endpoint of the document. */
  String toYaml() {
    return "{ address: \""
        + address
        + "\", token_file: \""
        + tokenFile
        + "\""
        + caFile.map(file -> ", ca_file: \"" + file + "\"").orElse("")
        + " }";
  }
}
