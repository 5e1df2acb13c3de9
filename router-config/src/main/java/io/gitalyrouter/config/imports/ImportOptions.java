package io.gitalyrouter.config.imports;

import io.gitalyrouter.route.Endpoint;

/**
 * What the imported text does not say. <em>Immutable.</em>
 *
 * @param localAddress the local side of a storage that has a network address only
 * @param tokenDirectory the directory that token files are expected in; absolute
 */
public record ImportOptions(String localAddress, String tokenDirectory) {
  /** The socket of an omnibus package, and {@code /etc/gitaly-router}. */
  public static final ImportOptions DEFAULT =
      new ImportOptions("unix:/var/opt/gitlab/gitaly/gitaly.socket", "/etc/gitaly-router");

  /** Checks both. */
  public ImportOptions {
    Endpoint unused = Endpoint.parse(localAddress);
    if (!tokenDirectory.startsWith("/")) {
      throw new IllegalArgumentException(
          "tokenDirectory: " + tokenDirectory + " (expected: an absolute path)");
    }
  }

  /** The same with another local side. */
  public ImportOptions withLocalAddress(String address) {
    return new ImportOptions(address, tokenDirectory);
  }

  /** The same with another directory of token files. */
  public ImportOptions withTokenDirectory(String directory) {
    return new ImportOptions(localAddress, directory);
  }
}
