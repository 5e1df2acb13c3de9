package io.gitalyrouter;

import io.gitalyrouter.breaker.BreakerMode;
import io.gitalyrouter.call.CallSettings;
import io.gitalyrouter.call.LiveTable;
import io.gitalyrouter.call.ReplayBudget;
import io.gitalyrouter.call.RoutingChannel;
import io.gitalyrouter.call.SpareBytes;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.method.MethodRules;
import io.gitalyrouter.route.BreakerSettings;
import io.gitalyrouter.route.Explanation;
import io.gitalyrouter.route.FailoverSettings;
import io.gitalyrouter.route.ForcedBy;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.timing.TimingSettings;
import io.gitalyrouter.transport.InjectedFault;
import io.gitalyrouter.transport.TransportSettings;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives a worker process one {@link Channel} per Gitaly storage. Behind it every call goes to the
 * local or the network Gitaly, as the routing table says at the moment it starts, and a call that
 * fails on the network side is served locally if that is safe. <em>Thread-safe.</em>
 *
 * <p>The callbacks of a call run on its own executor, if it has one, as blocking stubs do. The
 * others share a thread of the router's while they are short; they may block, as on grpc-java's
 * executor: others wait for 20 ms at most, and get threads of their own.
 */
public final class GitalyRouter implements AutoCloseable {
  /**
   * A call option: the call goes this way, whatever its role says. The kill switch is stronger, and
   * a network side that is dark or sick still means local.
   */
  public static final CallOptions.Key<Route> ROUTE = RoutingChannel.ROUTE;

  private final TableOwner tables;
  private final CallSettings calls;
  private final ExecutorService executor;
  private final Duration closeGrace;
  private final Map<String, RoutingChannel> channels = new ConcurrentHashMap<>();

  private GitalyRouter(Builder builder, RoutingTable table) {
    RouterEnvironment world =
        builder.environment == null
            ? RouterEnvironment.real(builder.transport)
            : builder.environment;
    this.executor = world.callbacks();
    this.closeGrace = builder.closeGrace;
    this.calls =
        new CallSettings(
            world.ticker(),
            world.random(),
            executor,
            new ReplayBudget(
                builder.failover.replayCallBytes(), builder.failover.replayRouterBytes()),
            new MethodRules(),
            new SpareBytes());
    this.tables = new TableOwner(builder, world, calls);
    boolean built = false;
    try {
      tables.apply(table);
      built = true;
    } finally {
      if (!built) {
        close();
      }
    }
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Puts a table into force. Calls that start after it returns follow it; running calls go on where
   * they are. Connections, probes and breakers of unchanged endpoints stay as they are. Waits for
   * another change that is under way, never for the network.
   *
   * @return the table's generation, counted from 1
   * @throws IllegalArgumentException if a token or a certificate that the table names cannot be
   *     read; the table before stays in force
   * @throws IllegalStateException if the router is closed, or if a {@link RouterListener} calls it
   */
  public long apply(RoutingTable table) {
    return tables.apply(table);
  }

  /**
   * The channel of a storage. It stays valid over all changes of the table; while the table does
   * not name the storage, its calls end with UNAVAILABLE. Need not be closed.
   *
   * @throws IllegalArgumentException if the table does not name the storage
   */
  public Channel channel(String storage) {
    return routing(storage);
  }

  private RoutingChannel routing(String storage) {
    LiveTable table = tables.current();
    if (table.routes(storage) == null) {
      throw new IllegalArgumentException(table.doesNotName(storage));
    }
    return channels.computeIfAbsent(
        storage, name -> new RoutingChannel(name, tables::current, calls));
  }

  /**
   * Forces every call that starts from now on to the local side, until {@link #resume()}. Works
   * without any configuration store. Running calls go on where they are.
   *
   * @param reason for status, events and those who ask later
   */
  public void forceLocal(String reason) {
    forceLocal(ForcedBy.PROCESS, reason);
  }

  /** Ends what {@link #forceLocal(String)} began; what others force stays in force. */
  public void resume() {
    resume(ForcedBy.PROCESS);
  }

  /**
   * As {@link #forceLocal(String)}, in another one's name. Calls are local for as long as anyone
   * forces them.
   *
   * @param by any but CONFIG, which is the table's own
   * @param reason for status, events and those who ask later
   * @throws IllegalArgumentException if it is CONFIG
   */
  public void forceLocal(ForcedBy by, String reason) {
    tables.force(by, Optional.of(reason));
  }

  /** Ends what {@link #forceLocal(ForcedBy, String)} began in the same name. */
  public void resume(ForcedBy by) {
    tables.force(by, Optional.empty());
  }

  /**
   * Sets the mode of a storage's breaker for a time, after which it is AUTO again by itself. Set
   * again, the new time counts from now. Results of calls that run already are not counted any
   * more. The mode stays over changes of the table that keep the network endpoint, also if they
   * change the breaker's settings; when the role is switched off, or the endpoint replaced, the
   * mode goes with its breaker.
   *
   * <p>In FORCED_CLOSED and WOULD_HAVE_TRIPPED no call is refused that could move. One that cannot,
   * such as a mutation, is still served locally (reason DOUBTFUL) for a while after each failure.
   *
   * @param mode any but AUTO, which {@link #resetBreaker} sets
   * @param limit above 0, at most 24 hours
   * @param reason for status, events and those who ask later
   * @throws IllegalArgumentException if the table does not name the storage, the mode is AUTO, or
   *     the limit is out of range
   * @throws IllegalStateException if no role is on for the storage, the router is closed, or a
   *     {@link RouterListener} calls it
   */
  public void forceBreaker(String storage, BreakerMode mode, Duration limit, String reason) {
    tables.forceBreaker(storage, mode, limit, reason);
  }

  /**
   * Ends the mode that {@link #forceBreaker} set, before its time. A breaker in AUTO stays as it
   * is.
   *
   * @throws IllegalArgumentException if the table does not name the storage
   * @throws IllegalStateException as {@link #forceBreaker}
   */
  public void autoBreaker(String storage) {
    tables.autoBreaker(storage);
  }

  /**
   * Sets a storage's breaker back to AUTO and closed, with nothing remembered.
   *
   * @throws IllegalArgumentException if the table does not name the storage
   * @throws IllegalStateException as {@link #forceBreaker}
   */
  public void resetBreaker(String storage) {
    tables.resetBreaker(storage);
  }

  /**
   * What would become of a call that starts now, and why. Takes nothing and touches no endpoint.
   *
   * @param method the full name, such as {@code gitaly.CommitService/FindCommit}
   * @param correlationId the call's {@code x-gitlab-correlation-id}, if it has one
   * @throws IllegalArgumentException if the table does not name the storage, or the method has no
   *     such name
   */
  public Explanation explain(String storage, String method, Optional<String> correlationId) {
    return routing(storage).explain(method, correlationId);
  }

  /**
   * Makes up a fault for a drill: new calls of this process on the storage's network endpoint, the
   * router's own questions included, fail or wait before they leave. Storages on the same endpoint
   * share it. No server sees any of it, and no call is lost by it that could have moved.
   *
   * @param limit after which it ends by itself; above 0, at most an hour
   * @throws IllegalArgumentException if the table does not name the storage, or the limit is out of
   *     range
   * @throws IllegalStateException if no role is on for the storage, the router is closed, or a
   *     {@link RouterListener} calls it
   */
  public void injectFault(String storage, InjectedFault fault, Duration limit) {
    if (limit.isNegative() || limit.isZero() || limit.compareTo(InjectedFault.MAX_LIMIT) > 0) {
      throw new IllegalArgumentException(
          "limit: " + limit + " (expected: > 0 and <= " + InjectedFault.MAX_LIMIT + ")");
    }
    tables.injectFault(storage, fault, limit);
  }

  /** Ends what {@link #injectFault} began; throws what that throws. */
  public void clearFault(String storage) {
    tables.injectFault(storage, /* fault= */ null, Duration.ZERO);
  }

  /**
   * Cancels the calls that still run on endpoints which no role uses any more: those that may move
   * are served locally, the others end with UNAVAILABLE.
   *
   * @return how many endpoints had calls
   */
  public long cancelDraining() {
    return tables.cancelDraining();
  }

  /**
   * Shows in the meters how the configuration is that the tables come from; does nothing without
   * meters. For whoever follows a document; once for each router.
   *
   * @param ageSeconds how long ago its source was heard last, in seconds; NaN for never
   * @param isStale whether that is too long
   * @param problems how many problems keep its newest version from being in force
   */
  public void showConfig(DoubleSupplier ageSeconds, BooleanSupplier isStale, IntSupplier problems) {
    tables.showConfig(ageSeconds, isStale, problems);
  }

  /** The router at this moment. Touches no endpoint. */
  public RouterStatus status() {
    return StatusReport.of(tables.current(), tables.forces(), tables.endpoints(), tables::counts);
  }

  /**
   * Ends the router: new calls end with UNAVAILABLE, running calls get the grace time of the
   * builder to end and are cancelled then; connections and threads are closed. Blocks for at most
   * the grace time and a little more. Closing again does nothing.
   */
  @Override
  public void close() {
    tables.close(closeGrace);
    executor.shutdown();
  }

  /** Collects what a router needs. <em>Not thread-safe; confined to the thread that builds.</em> */
  public static final class Builder {
    RouterListener listener = RouterListener.NONE;
    @Nullable MeterRegistry meterRegistry;
    Duration closeGrace = Duration.ofSeconds(5);
    @Nullable RouterEnvironment environment;
    TransportSettings transport = TransportSettings.DEFAULT;
    BreakerSettings breaker = BreakerSettings.DEFAULT;
    FailoverSettings failover = FailoverSettings.DEFAULT;

    @Nullable TimingSettings timing;
    @Nullable ObservationRegistry observations;
    @Nullable Duration quiet;

    private Builder() {}

    /**
     * Where to register the meters of {@code RouterMeters}; none are made by default. The times of
     * calls reach it within a second, or two on a host that is out of processors; those that are
     * left, at the close.
     */
    public Builder meterRegistry(MeterRegistry registry) {
      this.meterRegistry = registry;
      return this;
    }

    /**
     * Where to observe calls and their attempts, as {@code RouterObservations} says; they are not
     * observed by default. With a bridge to a tracer they are spans under the caller's own.
     */
    public Builder observationRegistry(ObservationRegistry registry) {
      this.observations = registry;
      return this;
    }

    /**
     * Shows in the meters how many calls of one {@code x-gitlab-correlation-id} go to each route;
     * not done by default. The memory for it is 128 KiB, whatever ids come.
     *
     * @param quiet how long an id has no calls before it is told; 1 s to 1 h
     */
    public Builder callsPerCorrelationId(Duration quiet) {
      if (quiet.compareTo(Duration.ofSeconds(1)) < 0 || quiet.compareTo(Duration.ofHours(1)) > 0) {
        throw new IllegalArgumentException("quiet: " + quiet + " (expected: >= PT1S and <= PT1H)");
      }
      this.quiet = quiet;
      return this;
    }

    /** Who hears the router's events; nobody by default. */
    public Builder listener(RouterListener listener) {
      this.listener = listener;
      return this;
    }

    /** How long {@link GitalyRouter#close} lets running calls end; 5 s by default. */
    public Builder closeGrace(Duration grace) {
      if (grace.isNegative()) {
        throw new IllegalArgumentException("closeGrace: " + grace + " (expected: >= 0)");
      }
      this.closeGrace = grace;
      return this;
    }

    /** Where to log how long calls take; they are not timed by default. */
    public Builder timing(TimingSettings settings) {
      this.timing = settings;
      return this;
    }

    /** Another world than the process's own, for simulations; used by one router only. */
    public Builder environment(RouterEnvironment environment) {
      this.environment = environment;
      return this;
    }

    /**
     * How connections are made and watched; {@link TransportSettings#DEFAULT} by default. What the
     * table says of an endpoint's connection is stronger.
     */
    public Builder transport(TransportSettings settings) {
      this.transport = settings;
      return this;
    }

    /**
     * When breakers trip; {@link BreakerSettings#DEFAULT} by default. A rule of the table with
     * settings of its own is stronger.
     */
    public Builder breaker(BreakerSettings settings) {
      this.breaker = settings;
      return this;
    }

    /**
     * How calls are kept movable; {@link FailoverSettings#DEFAULT} by default. A table with
     * settings of its own is stronger.
     */
    public Builder failover(FailoverSettings settings) {
      this.failover = settings;
      return this;
    }

    /**
     * One of the {@link #failover} settings: for how long after the end of a write, and while it
     * runs, readers with the same {@code x-gitlab-correlation-id} stay on the side that served it:
     * an NFS client may answer from its attribute cache for that long. They stay only where the
     * role and its percentage decide, and only if that side can take them.
     *
     * @param length 0, the default, for not at all, to 60 s
     */
    public Builder stickyAfterWrite(Duration length) {
      this.failover = failover.withStickyAfterWrite(length);
      return this;
    }

    /**
     * Builds a router that routes by the table.
     *
     * @throws IllegalArgumentException if a token or a certificate that the table names cannot be
     *     read
     */
    public GitalyRouter build(RoutingTable table) {
      return new GitalyRouter(this, table);
    }
  }
}
