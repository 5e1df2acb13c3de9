package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.etcd.EtcdSettings;
import io.gitalyrouter.route.Token;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Where the document is; a mixin of every command that reads or changes it. <em>Not thread-safe;
 * confined to the command that it is mixed into.</em>
 */
public final class DocumentOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "${env:GITALY_ROUTER_CONFIG}",
      description = "The document, if it is a file. Default: $GITALY_ROUTER_CONFIG.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--etcd",
      paramLabel = "ENDPOINTS",
      defaultValue = "${env:GITALY_ROUTER_ETCD}",
      description =
          "The members of etcd, if the document is there, such as"
              + " http://etcd1:2379,http://etcd2:2379. Default: $GITALY_ROUTER_ETCD.")
  private Optional<String> etcd = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "The document's key in etcd; " + EtcdSettings.DEFAULT_KEY + " unless given.")
  private String key = EtcdSettings.DEFAULT_KEY;

  @Option(names = "--etcd-user", paramLabel = "USER", description = "Logs in to etcd as this user.")
  private Optional<String> user = Optional.empty();

  @Option(
      names = "--etcd-password-file",
      paramLabel = "FILE",
      description = "The file with that user's password, closed to other users.")
  private Optional<Path> passwordFile = Optional.empty();

  @Option(
      names = "--etcd-ca-file",
      paramLabel = "FILE",
      description = "The certificates to trust for https endpoints of etcd.")
  private Optional<Path> caFile = Optional.empty();

  @Option(
      names = "--etcd-cert-file",
      paramLabel = "FILE",
      description = "The certificate to show to etcd, with --etcd-key-file.")
  private Optional<Path> certFile = Optional.empty();

  @Option(
      names = "--etcd-key-file",
      paramLabel = "FILE",
      description = "The key of that certificate.")
  private Optional<Path> keyFile = Optional.empty();

  /** Whether the command line says where the document is. */
  public boolean isGiven() {
    return config.isPresent() || etcd.isPresent();
  }

  /** The document's file, if it is one. Said on the command line beats said in the environment. */
  public Optional<Path> file() {
    return config;
  }

  /**
   * How to get to the document in etcd, if it is there.
   *
   * @throws CommandException if the options do not fit together
   */
  public Optional<EtcdSettings> etcdSettings() {
    return etcd.map(this::settings);
  }

  /**
   * Makes sure that one place is named.
   *
   * @throws CommandException if it is none, or two
   */
  public void requireOnePlace() {
    if (config.isPresent() == etcd.isPresent()) {
      throw CommandException.usage(
          (config.isPresent() ? "--config and --etcd are both given" : "no document is named")
              + " (expected: --config FILE or --etcd ENDPOINTS, or one of"
              + " GITALY_ROUTER_CONFIG and GITALY_ROUTER_ETCD in the environment)");
    }
  }

  private EtcdSettings settings(String endpoints) {
    try {
      EtcdSettings settings = EtcdSettings.of(endpoints).withKey(key);
      settings = settings.withTls(new EtcdSettings.Tls(caFile, certFile, keyFile));
      if (user.isPresent() != passwordFile.isPresent()) {
        throw CommandException.usage(
            "only one of --etcd-user and --etcd-password-file (expected: both, or none)");
      }
      return user.isPresent()
          ? settings.withLogin(user.get(), Token.file(passwordFile.orElseThrow()))
          : settings;
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }
}
