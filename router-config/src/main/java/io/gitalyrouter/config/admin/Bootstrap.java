package io.gitalyrouter.config.admin;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.config.Companion;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.FollowOptions;
import io.gitalyrouter.config.etcd.EtcdSettings;
import io.gitalyrouter.config.etcd.EtcdSource;
import io.gitalyrouter.config.source.ConfigSource;
import io.gitalyrouter.config.source.FileSource;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * Opens a router that the operators' commands can reach: where the document is settles how the
 * process tells that it applied it. <em>Immutable.</em>
 *
 * <pre>{@code
 * Bootstrap.etcd(EtcdSettings.of("http://etcd1:2379,http://etcd2:2379"))
 *     .with(AdminSocket.in(Path.of("/run/gitaly-router")))
 *     .withOptions(all -> all.withLastGood(Path.of("/var/lib/gitaly-router/last-good.yaml")))
 *     .open("git01", GitalyRouter.builder());
 * }</pre>
 */
public final class Bootstrap {
  private final ConfigSource source;
  private final FollowOptions options;

  private Bootstrap(ConfigSource source, FollowOptions options) {
    this.source = source;
    this.options = options;
  }

  /**
   * Follows a file. The commands hear the processes of a host on their admin sockets, so that an
   * {@link AdminSocket} belongs to it.
   */
  public static Bootstrap file(Path document) {
    return new Bootstrap(FileSource.of(document), FollowOptions.defaults());
  }

  /** Follows a key of etcd, and reports beside it what the process runs ({@link EtcdReports}). */
  public static Bootstrap etcd(EtcdSettings settings) {
    return new Bootstrap(
        EtcdSource.of(settings), FollowOptions.defaults().with(EtcdReports.to(settings)));
  }

  /** Starts this too beside the router, such as {@code AdminSocket.in(directory)}. */
  public Bootstrap with(Companion companion) {
    return withOptions(more -> more.with(companion));
  }

  /** Changes how the document is followed, such as {@code options.withLastGood(file)}. */
  public Bootstrap withOptions(UnaryOperator<FollowOptions> change) {
    return new Bootstrap(source, change.apply(options));
  }

  /**
   * Opens the router.
   *
   * @param host the name of this host in the document
   * @param builder the router's other settings
   * @see ConfiguredRouter#open(ConfigSource, String, GitalyRouter.Builder, FollowOptions)
   */
  public ConfiguredRouter open(String host, GitalyRouter.Builder builder) {
    return ConfiguredRouter.open(source, host, builder, options);
  }
}
