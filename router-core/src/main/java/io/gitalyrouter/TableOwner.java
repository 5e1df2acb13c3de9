package io.gitalyrouter;

import io.gitalyrouter.RouterStatus.Force;
import io.gitalyrouter.breaker.BreakerMode;
import io.gitalyrouter.breaker.RouteBreaker;
import io.gitalyrouter.call.AfterWrites;
import io.gitalyrouter.call.CallSettings;
import io.gitalyrouter.call.LiveTable;
import io.gitalyrouter.call.RouteSet;
import io.gitalyrouter.count.StorageCounts;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.metrics.CallObservations;
import io.gitalyrouter.metrics.RouterMetrics;
import io.gitalyrouter.route.FailoverSettings;
import io.gitalyrouter.route.ForcedBy;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.timing.TimingLog;
import io.gitalyrouter.transport.EndpointKey;
import io.gitalyrouter.transport.EndpointPool;
import io.gitalyrouter.transport.InjectedFault;
import io.gitalyrouter.transport.LiveEndpoint;
import io.gitalyrouter.transport.StorageCheck;
import io.gitalyrouter.transport.WatchContext;
import io.grpc.SynchronizationContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the routing table in force and everything that serves it. Changes run one after the other in
 * the synchronization context: open what the new table names, publish it, let go of what only the
 * old one named. Calls read one reference. <em>Thread-safe.</em>
 */
final class TableOwner {
  private static final Logger LOG = LoggerFactory.getLogger(GitalyRouter.class);

  private final ScheduledExecutorService scheduler;
  private final SynchronizationContext serial =
      new SynchronizationContext(
          (thread, error) -> LOG.error("a change or a watch failed; the router goes on", error));
  private final RouterListener listener;
  private final EndpointPool pool;
  private final NetworkSides networkSides;
  private final FailoverSettings failoverSettings;
  private final CallSettings calls;
  private final @Nullable RouterMetrics metrics;
  private final @Nullable TimingLog timing;
  private final Traffic traffic;

  /** Set while a task of {@link #change} runs; confined to the synchronization context. */
  private @Nullable Thread changing;

  /**
   * The table in force. Written in the synchronization context, read by every call. A call that
   * reads the table before finds its endpoints either leasable, and is counted by their drain, or
   * let go of, and reads again.
   */
  private volatile LiveTable current =
      new LiveTable(LiveTable.CLOSED, "none", Optional.empty(), Map.of());

  private RoutingTable wanted = RoutingTable.of("none", List.of());

  /** What is forced beside the table, in the order of {@link ForcedBy}. */
  private final Map<ForcedBy, String> forced = new EnumMap<>(ForcedBy.class);

  /** Written in the synchronization context, read by status; may be a change behind the table. */
  private volatile List<Force> forces = List.of();

  private long generation = LiveTable.CLOSED;
  private boolean closed;

  TableOwner(GitalyRouter.Builder builder, RouterEnvironment world, CallSettings calls) {
    this.scheduler = world.scheduler();
    RouterListener safe = new SafeListener(builder.listener);
    this.timing =
        builder.timing == null
            ? null
            : TimingLog.start(
                builder.timing, world.wallClock(), calls.ticker(), RouterThreads.timing(), safe);
    RouterListener marking = timing == null ? safe : timing.marking(safe);
    this.metrics =
        builder.meterRegistry == null
            ? null
            : new RouterMetrics(
                builder.meterRegistry, this::current, calls.budget(), world.wallClock());
    if (metrics != null) {
      if (builder.quiet != null) {
        metrics.countPerId(builder.quiet, calls.ticker()::nanos);
      }
      ScheduledFuture<?> unused =
          scheduler.scheduleWithFixedDelay(() -> tick(metrics), 1, 1, TimeUnit.SECONDS);
    }
    this.listener = metrics == null ? marking : metrics.listening(marking);
    CallObservations observations =
        builder.observations == null ? null : new CallObservations(builder.observations);
    this.traffic = new Traffic(calls.ticker(), listener, metrics, timing, observations);
    this.calls = calls;
    this.networkSides = new NetworkSides(builder.breaker, calls.ticker(), listener, metrics);
    this.failoverSettings = builder.failover;
    this.pool =
        new EndpointPool(
            world.channels(),
            new WatchContext(serial, scheduler, calls.ticker(), calls.random()),
            builder.transport,
            world.wallClock(),
            listener);
  }

  /** The scheduler would not run again what failed once. */
  private static void tick(RouterMetrics metrics) {
    try {
      metrics.tick();
    } catch (RuntimeException e) {
      LOG.error("the meter registry failed; it is told again in a second", e);
    }
  }

  LiveTable current() {
    return current;
  }

  List<Force> forces() {
    return forces;
  }

  List<LiveEndpoint> endpoints() {
    return pool.endpoints();
  }

  void showConfig(DoubleSupplier ageSeconds, BooleanSupplier isStale, IntSupplier problems) {
    if (metrics != null) {
      metrics.showConfig(ageSeconds, isStale, problems);
    }
  }

  /** The counts of a storage; null once it has left the table. */
  @Nullable StorageCounts counts(String storage) {
    return traffic.counts(storage);
  }

  long apply(RoutingTable table) {
    return change(
        () -> {
          LiveTable next = open(table, generation + 1);
          wanted = table;
          generation++;
          FailoverSettings failover = failover(table);
          calls.budget().limit(failover.replayCallBytes(), failover.replayRouterBytes());
          publish(next);
          listener.onEvent(new RouterEvent.TableApplied(next.generation(), next.origin()));
          return next.generation();
        });
  }

  /** Empty to let go. */
  void force(ForcedBy by, Optional<String> reason) {
    if (by == ForcedBy.CONFIG) {
      throw new IllegalArgumentException("by: CONFIG (expected: another; that is the table's own)");
    }
    change(
        () -> {
          if (reason.isPresent()) {
            forced.put(by, reason.get());
          } else {
            forced.remove(by);
          }
          LiveTable now = current;
          current =
              new LiveTable(now.generation(), now.origin(), forcedLocal(wanted), now.storages());
          noteForces();
          listener.onEvent(new RouterEvent.ForcedLocal(reason));
          return now.generation();
        });
  }

  private Optional<String> forcedLocal(RoutingTable table) {
    return forced.values().stream().findFirst().or(table::killSwitch);
  }

  private void noteForces() {
    List<Force> all = new ArrayList<>();
    forced.forEach((by, reason) -> all.add(new Force(by, reason)));
    wanted.killSwitch().ifPresent(reason -> all.add(new Force(ForcedBy.CONFIG, reason)));
    forces = List.copyOf(all);
  }

  private LiveTable open(RoutingTable table, long number) {
    Map<EndpointKey, LiveEndpoint> live;
    try {
      live = pool.open(keys(table));
    } catch (IOException e) {
      throw new IllegalArgumentException(table.origin() + ": " + e.getMessage(), e);
    }
    Map<String, RouteSet> storages = new HashMap<>();
    for (StorageRoutes routes : table.storages().values()) {
      storages.put(routes.storage(), routeSet(routes, live, failover(table)));
    }
    return new LiveTable(number, table.origin(), forcedLocal(table), storages);
  }

  private FailoverSettings failover(RoutingTable table) {
    return table.failover().orElse(failoverSettings);
  }

  private RouteSet routeSet(
      StorageRoutes routes, Map<EndpointKey, LiveEndpoint> live, FailoverSettings failover) {
    LiveEndpoint local = live.get(new EndpointKey(Route.LOCAL, routes.local()));
    if (local == null) {
      throw new IllegalStateException("no local endpoint was opened for " + routes.storage());
    }
    RouteSet before = current.routes(routes.storage());
    AfterWrites afterWrites =
        AfterWrites.create(
            failover.stickyAfterWrite(),
            calls.ticker(),
            before == null ? AfterWrites.NONE : before.afterWrites());
    return new RouteSet(
        routes,
        local,
        networkSides.of(routes, local, live, before, failover.networkSharePercent() / 100.0),
        traffic.recorder(routes.storage()),
        afterWrites);
  }

  void forceBreaker(String storage, BreakerMode mode, Duration limit, String reason) {
    changeBreaker(storage, breaker -> breaker.force(mode, limit, reason));
  }

  void autoBreaker(String storage) {
    changeBreaker(storage, breaker -> breaker.auto("ended before its time"));
  }

  void resetBreaker(String storage) {
    changeBreaker(storage, breaker -> breaker.reset("reset"));
  }

  /** Null to end what was injected before. */
  void injectFault(String storage, @Nullable InjectedFault fault, Duration limit) {
    withNetwork(
        storage,
        network -> {
          LiveEndpoint endpoint = network.endpoint();
          if (fault == null) {
            endpoint.heal();
            return;
          }
          Runnable heal = endpoint.inject(fault, scheduler);
          ScheduledFuture<?> unused =
              scheduler.schedule(() -> serial.execute(heal), limit.toNanos(), TimeUnit.NANOSECONDS);
        });
  }

  long cancelDraining() {
    return change(() -> (long) pool.cancelDraining());
  }

  private void changeBreaker(String storage, Consumer<RouteBreaker> task) {
    withNetwork(storage, network -> task.accept(network.breaker()));
  }

  /** In the context, so that no change of the table comes between the look and the change. */
  private void withNetwork(String storage, Consumer<RouteSet.Network> task) {
    change(
        () -> {
          LiveTable table = current;
          RouteSet set = table.routes(storage);
          if (set == null) {
            throw new IllegalArgumentException(table.doesNotName(storage));
          }
          RouteSet.Network network = set.network();
          if (network == null) {
            throw new IllegalStateException(
                "storage \""
                    + storage
                    + "\" has no breaker and no connection: its role is off, and all is local");
          }
          task.accept(network);
          return table.generation();
        });
  }

  /** Publishes first, then lets go: a refused lease means that a newer table can be read. */
  private void publish(LiveTable next) {
    current = next;
    noteForces();
    pool.retain(keys(wanted));
    pool.check(checks(next));
    traffic.retain(next.storages().keySet());
    if (timing != null) {
      timing.assigned(rules(next));
    }
  }

  private static Map<String, RouteRule> rules(LiveTable table) {
    Map<String, RouteRule> rules = new HashMap<>();
    table.storages().forEach((storage, set) -> rules.put(storage, set.routes().rule()));
    return rules;
  }

  private static List<StorageCheck> checks(LiveTable table) {
    return table.storages().values().stream()
        .map(RouteSet::network)
        .filter(Objects::nonNull)
        .map(RouteSet.Network::check)
        .toList();
  }

  private static Set<EndpointKey> keys(RoutingTable table) {
    Set<EndpointKey> keys = new HashSet<>();
    for (StorageRoutes routes : table.storages().values()) {
      keys.add(new EndpointKey(Route.LOCAL, routes.local()));
      if (routes.rule().isOn()) {
        routes.network().ifPresent(network -> keys.add(new EndpointKey(Route.NETWORK, network)));
      }
    }
    return keys;
  }

  /** Runs a change in the context and waits for it, as another thread may be at work there. */
  private long change(Supplier<Long> task) {
    if (changing == Thread.currentThread()) {
      throw new IllegalStateException("a listener must not change the router that called it");
    }
    CompletableFuture<Long> result = new CompletableFuture<>();
    serial.execute(
        () -> {
          changing = Thread.currentThread();
          try {
            if (closed) {
              throw new IllegalStateException("the router is closed");
            }
            result.complete(task.get());
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          } finally {
            changing = null;
          }
        });
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  void close(Duration grace) {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    serial.execute(
        () -> {
          mine.complete(!closed);
          if (!closed) {
            closed = true;
            current = new LiveTable(LiveTable.CLOSED, "closed", Optional.empty(), Map.of());
            pool.retireAll();
          }
        });
    if (mine.join()) {
      pool.close(grace);
      scheduler.shutdownNow();
      if (metrics != null) {
        metrics.close();
      }
      if (timing != null) {
        timing.close();
      }
    }
  }
}
