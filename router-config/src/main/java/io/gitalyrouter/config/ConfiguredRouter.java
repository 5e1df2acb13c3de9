package io.gitalyrouter.config;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.config.source.ConfigSource;
import io.gitalyrouter.route.RoutingTable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A router that follows a configuration document: what a worker process opens at its start and
 * closes at its end. <em>Thread-safe.</em>
 */
public final class ConfiguredRouter implements AutoCloseable {
  private final GitalyRouter router;
  private final ConfigFollower follower;

  private ConfiguredRouter(GitalyRouter router, ConfigFollower follower) {
    this.router = router;
    this.follower = follower;
  }

  /** Opens a router with the default {@link FollowOptions}. */
  public static ConfiguredRouter open(
      ConfigSource source, String host, GitalyRouter.Builder builder) {
    return open(source, host, builder, FollowOptions.defaults());
  }

  /**
   * Reads the document, builds a router with the host's table, and keeps it at the newest good
   * version until it is closed. Blocks on the source once, never on an endpoint.
   *
   * @param source where the document comes from, such as {@code FileSource.of(path)}
   * @param host the name of this host in the document
   * @param builder the router's other settings
   * @param options last good copy and listener
   * @throws InvalidConfigException if there is neither a valid document nor a last good copy
   */
  public static ConfiguredRouter open(
      ConfigSource source, String host, GitalyRouter.Builder builder, FollowOptions options) {
    BuiltOnFirst built = new BuiltOnFirst(builder);
    try {
      ConfigFollower follower = ConfigFollower.follow(source, host, options, built);
      return new ConfiguredRouter(built.router(), follower);
    } catch (RuntimeException e) {
      built.close();
      throw e;
    }
  }

  /** The router; closed together with this. */
  public GitalyRouter router() {
    return router;
  }

  /** The configuration at this moment. */
  public ConfigStatus config() {
    return follower.status();
  }

  /** Stops to follow the document, then closes the router. */
  @Override
  public void close() {
    follower.close();
    router.close();
  }

  /**
   * Builds the router with the first table and applies the others to it. <em>Called by one thread
   * at a time, as the follower promises.</em>
   */
  private static final class BuiltOnFirst implements Consumer<RoutingTable> {
    private final GitalyRouter.Builder builder;

    /** Written with the first table, before the follower's watch starts; read after that. */
    private @Nullable GitalyRouter router;

    BuiltOnFirst(GitalyRouter.Builder builder) {
      this.builder = builder;
    }

    @Override
    public void accept(RoutingTable table) {
      if (router == null) {
        router = builder.build(table);
      } else {
        router.apply(table);
      }
    }

    GitalyRouter router() {
      if (router == null) {
        throw new IllegalStateException("router: not built (expected: a table was applied)");
      }
      return router;
    }

    void close() {
      if (router != null) {
        router.close();
      }
    }
  }
}
