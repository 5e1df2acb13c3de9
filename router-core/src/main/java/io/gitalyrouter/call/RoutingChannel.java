package io.gitalyrouter.call;

import io.gitalyrouter.breaker.RouteBreaker.Permit;
import io.gitalyrouter.method.MethodPolicy;
import io.gitalyrouter.method.MethodRule;
import io.gitalyrouter.method.MethodRules;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Explanation;
import io.gitalyrouter.route.NetworkCondition;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RouteDecider;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.gitalyrouter.transport.Lease;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The channel of one storage: every call is routed by the table that is in force when it starts.
 * <em>Thread-safe.</em>
 */
public final class RoutingChannel extends Channel {
  /** A call that carries it goes this way, whatever its role says. */
  public static final CallOptions.Key<Route> ROUTE = CallOptions.Key.create("gitaly-router-route");

  /** The header that names the request a call is made for. */
  public static final Metadata.Key<String> CORRELATION_ID =
      Metadata.Key.of("x-gitlab-correlation-id", Metadata.ASCII_STRING_MARSHALLER);

  /** The repository as a running transaction of one server sees it: no other server knows it. */
  private static final Metadata.Key<byte[]> SNAPSHOT_PATH =
      Metadata.Key.of("relative-path-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final String storage;
  private final Supplier<LiveTable> tables;
  private final CallSettings settings;
  private final Supplier<@Nullable Lease> localLease = this::leaseLocal;

  /** A channel of a storage over the table that the supplier reads. */
  public RoutingChannel(String storage, Supplier<LiveTable> tables, CallSettings settings) {
    this.storage = storage;
    this.tables = tables;
    this.settings = settings;
  }

  @Override
  public <Q, P> ClientCall<Q, P> newCall(MethodDescriptor<Q, P> method, CallOptions options) {
    return new RoutedCall<>(this, method, options);
  }

  @Override
  public String authority() {
    return "localhost";
  }

  /**
   * The life of a call: the decision; then a permit and a lease for the network side, or a lease
   * for the local one. A lease is refused only by an endpoint that is full or that a newer table
   * has let go of, so the loop ends with the table that stays.
   */
  <Q, P> ClientCall<Q, P> route(
      MethodDescriptor<Q, P> method, CallOptions options, Metadata headers, Context context) {
    MethodRule rule = settings.methods().of(method);
    if (rule.policy() == MethodPolicy.SIDECHANNEL) {
      return refused(options, needsSideChannel(method));
    }
    while (true) {
      LiveTable table = tables.get();
      RouteSet set = table.routes(storage);
      if (set == null) {
        return refused(options, notInTable(table));
      }
      CallRecorder recorder = set.afterWrites().recorder(rule, headers, set.recorder());
      Decision decision = decide(table, set, method, rule, options, headers, bucket(set, headers));
      if (decision.route() == Route.NETWORK && set.network() != null) {
        RouteSet.Network network = set.network();
        boolean tooRisky = !rule.isReplayable() && network.breaker().isDoubtful();
        Permit permit = tooRisky ? null : network.breaker().tryAcquire();
        if (permit == null) {
          decision = decision.refusedBecause(tooRisky ? Decision.DOUBTFUL : Decision.BREAKER_OPEN);
        } else {
          Lease lease = network.endpoint().tryLease(set.routes().rule().maxInFlight());
          if (lease != null) {
            RunningCall call = recorder.started(method, decision, permit.startNanos());
            return new FallbackCall<>(
                plan(method, options, rule, network, lease, permit, call, context), context);
          }
          permit.ignored();
          if (network.endpoint().isRetired()) {
            continue;
          }
          decision = decision.refusedBecause(Decision.IN_FLIGHT_LIMIT);
        }
      }
      Lease lease = set.local().tryLease();
      if (lease != null) {
        long startNanos = settings.ticker().nanos();
        RunningCall call = recorder.started(method, decision, startNanos);
        return new LocalCall<>(
            set.local().newCall(method, options, context), lease, call, startNanos);
      }
    }
  }

  private Decision decide(
      LiveTable table,
      RouteSet set,
      MethodDescriptor<?, ?> method,
      MethodRule rule,
      CallOptions options,
      Metadata headers,
      int bucket) {
    boolean pinned = rule.policy() == MethodPolicy.PINNED || headers.containsKey(SNAPSHOT_PATH);
    NetworkCondition network = set.networkCondition(method.getFullMethodName());
    Decision decision =
        RouteDecider.decide(
            table.forcedLocal().isPresent(),
            options.getOption(ROUTE),
            set.routes(),
            set.routes().rule().methods().matches(method.getFullMethodName(), serviceName(method)),
            pinned,
            bucket,
            network);
    Route side = pinned ? null : set.afterWrites().side(rule, headers);
    return side == null ? decision : RouteDecider.stay(decision, side, network);
  }

  /**
   * What would become of a call that starts now and asks for no side itself. Takes no permit and no
   * lease, and remembers nothing.
   *
   * @param method the full name, such as {@code gitaly.CommitService/FindCommit}
   * @param correlationId the call's id, if it has one
   * @throws IllegalArgumentException if the table does not name the storage
   */
  public Explanation explain(String method, Optional<String> correlationId) {
    LiveTable table = tables.get();
    RouteSet set = table.routes(storage);
    if (set == null) {
      throw new IllegalArgumentException(table.doesNotName(storage));
    }
    MethodRule rule = MethodRules.named(method);
    MethodDescriptor<?, ?> named = NamedMethod.of(method);
    Metadata headers = new Metadata();
    correlationId.ifPresent(id -> headers.put(CORRELATION_ID, id));
    int bucket = bucket(set, headers);
    Decision decision = decide(table, set, named, rule, CallOptions.DEFAULT, headers, bucket);
    Trace trace = new Trace(table, set);
    trace.method(method, rule, set.routes().rule().methods().matches(method, serviceName(named)));
    boolean drawn = set.routes().rule().unit() == BucketUnit.RPC || correlationId.isEmpty();
    trace.bucket(set, bucket, drawn);
    trace.network(set);
    return trace.decided(afterGates(decision, set, rule));
  }

  /** What the gates of {@link #route} would say, without passing them. */
  private static Decision afterGates(Decision decision, RouteSet set, MethodRule rule) {
    RouteSet.Network network = set.network();
    if (decision.route() != Route.NETWORK || network == null) {
      return decision;
    }
    if (!rule.isReplayable() && network.breaker().isDoubtful()) {
      return decision.refusedBecause(Decision.DOUBTFUL);
    }
    if (network.isRefusing()) {
      return decision.refusedBecause(Decision.BREAKER_OPEN);
    }
    return network.endpoint().isFull(set.routes().rule().maxInFlight())
        ? decision.refusedBecause(Decision.IN_FLIGHT_LIMIT)
        : decision;
  }

  private static String serviceName(MethodDescriptor<?, ?> method) {
    String name = method.getServiceName();
    return name == null ? "" : name;
  }

  private int bucket(RouteSet set, Metadata headers) {
    int share = set.routes().rule().networkBuckets();
    if (share == 0 || share == RouteDecider.BUCKETS) {
      return 0;
    }
    if (set.routes().rule().unit() == BucketUnit.CORRELATION_ID) {
      String id = headers.get(CORRELATION_ID);
      if (id != null) {
        return Math.floorMod(mix(id.hashCode()), RouteDecider.BUCKETS);
      }
    }
    return settings.random().nextInt(RouteDecider.BUCKETS);
  }

  /** Spreads hash codes that differ in few bits over all buckets. */
  private static int mix(int hash) {
    int h = hash * 0x9E3779B9;
    h ^= h >>> 16;
    h *= 0x85EBCA6B;
    return h ^ (h >>> 13);
  }

  private <Q, P> NetworkPlan<Q, P> plan(
      MethodDescriptor<Q, P> method,
      CallOptions options,
      MethodRule rule,
      RouteSet.Network network,
      Lease lease,
      Permit permit,
      RunningCall recorder,
      Context context) {
    long leftNanos = rule.isReplayable() ? nanosLeft(options, context) : -1;
    boolean hasShare = leftNanos >= 0;
    return new NetworkPlan<>(
        method,
        options,
        rule,
        network,
        lease,
        permit,
        localLease,
        recorder,
        settings,
        hasShare ? permit.startNanos() + (long) (leftNanos * network.deadlineShare()) : 0,
        hasShare);
  }

  /** What is left of the call's deadline; negative if it has none. */
  private static long nanosLeft(CallOptions options, Context context) {
    Deadline own = options.getDeadline();
    Deadline around = context.getDeadline();
    Deadline first = own == null ? around : around == null ? own : own.minimum(around);
    return first == null ? -1 : Math.max(0, first.timeRemaining(TimeUnit.NANOSECONDS));
  }

  /** A lease of the newest table's local endpoint; null if that table has none. */
  private @Nullable Lease leaseLocal() {
    while (true) {
      RouteSet set = tables.get().routes(storage);
      Lease lease = set == null ? null : set.local().tryLease();
      if (set == null || lease != null) {
        return lease;
      }
    }
  }

  private <Q, P> ClientCall<Q, P> refused(CallOptions options, Status status) {
    Executor own = options.getExecutor();
    return new RefusedCall<>(status, own == null ? settings.executor() : own);
  }

  private static Status needsSideChannel(MethodDescriptor<?, ?> method) {
    return Status.UNIMPLEMENTED.withDescription(
        method.getFullMethodName()
            + " needs a side channel, which a plain gRPC channel does not have; it was not sent."
            + " Call it over a connection of the Gitaly client's own to the storage's address");
  }

  private Status notInTable(LiveTable table) {
    return Status.UNAVAILABLE.withDescription(
        table.generation() == LiveTable.CLOSED
            ? "storage \"" + storage + "\": the router is closed"
            : "storage \""
                + storage
                + "\" is no longer in the routing table ("
                + table.origin()
                + ", generation "
                + table.generation()
                + "); add it there, or stop calling it");
  }
}
