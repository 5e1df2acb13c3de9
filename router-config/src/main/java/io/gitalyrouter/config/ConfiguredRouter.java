package io.gitalyrouter.config;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.config.source.ConfigSource;
import io.gitalyrouter.route.RoutingTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A router that follows a configuration document: what a worker process opens at its start and
 * closes at its end. <em>Thread-safe.</em>
 */
public final class ConfiguredRouter implements AutoCloseable {
  private final GitalyRouter router;
  private final ConfigFollower follower;
  private final Companions companions;

  private ConfiguredRouter(GitalyRouter router, ConfigFollower follower, Companions companions) {
    this.router = router;
    this.follower = follower;
    this.companions = companions;
    router.showConfig(
        () -> ageSeconds(follower.status()),
        () -> follower.status().isStale(),
        () -> follower.status().problems().size());
  }

  private static double ageSeconds(ConfigStatus status) {
    return status.age().map(age -> age.toMillis() / 1e3).orElse(Double.NaN);
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
   * @param options last good copy, listener and companions
   * @throws InvalidConfigException if there is neither a valid document nor a last good copy
   * @throws UncheckedIOException if a companion cannot begin
   */
  public static ConfiguredRouter open(
      ConfigSource source, String host, GitalyRouter.Builder builder, FollowOptions options) {
    BuiltOnFirst built = new BuiltOnFirst(builder);
    Companions companions = new Companions(options.listener());
    ConfiguredRouter opened;
    try {
      ConfigFollower follower =
          ConfigFollower.follow(source, host, options.withListener(companions), built);
      opened = new ConfiguredRouter(built.router(), follower, companions);
    } catch (RuntimeException e) {
      built.close();
      throw e;
    }
    opened.startCompanions(options);
    return opened;
  }

  private void startCompanions(FollowOptions options) {
    boolean started = false;
    try {
      companions.start(options.companions(), this);
      started = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    } finally {
      if (!started) {
        close();
      }
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

  /** Ends the companions, stops to follow the document, then closes the router. */
  @Override
  public void close() {
    companions.close();
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
