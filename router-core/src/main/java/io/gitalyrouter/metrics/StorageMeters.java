package io.gitalyrouter.metrics;

import io.gitalyrouter.call.LiveTable;
import io.gitalyrouter.call.MoveCause;
import io.gitalyrouter.call.RouteSet;
import io.gitalyrouter.count.CallTimes;
import io.gitalyrouter.count.CountListener;
import io.gitalyrouter.count.MethodName;
import io.gitalyrouter.count.RouteCounts;
import io.gitalyrouter.count.StorageCounts;
import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RouteRule;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one storage. They show its counts; only times are told while calls end, in batches.
 * What is known beforehand is registered at once, at 0; a method's meters when it is first called
 * on a route. <em>Thread-safe.</em>
 */
final class StorageMeters implements CountListener {
  private static final List<String> BREAKER_STATES =
      List.of("CLOSED", "OPEN", "HALF_OPEN", "WOULD_HAVE_TRIPPED", "FORCED_OPEN", "FORCED_CLOSED");

  private final String storage;
  private final Supplier<LiveTable> tables;
  private final TimeBatches times;
  private final MeterSet meters;
  private final Map<Move, Counter> fallbacks = new ConcurrentHashMap<>();
  private final Map<String, Counter> breakerTransitions = new HashMap<>();
  private final Timer fallbackLost;
  private final Counter earlyCommits;
  private final Counter breakerWouldTrips;

  StorageMeters(
      MeterRegistry registry, String storage, Supplier<LiveTable> tables, TimeBatches times) {
    this.storage = storage;
    this.tables = tables;
    this.times = times;
    this.meters = new MeterSet(registry, Tags.of("storage", storage));
    this.fallbackLost = meters.timer(RouterMeters.FALLBACK_LOST);
    this.earlyCommits = meters.counter(RouterMeters.EARLY_COMMITS);
    this.breakerWouldTrips = meters.counter(RouterMeters.BREAKER_WOULD_TRIPS);
    for (String state : BREAKER_STATES) {
      breakerTransitions.put(
          state, meters.counter(RouterMeters.BREAKER_TRANSITIONS, "state", state));
      meters.gauge(RouterMeters.BREAKER_STATE, () -> isBreaker(state) ? 1 : 0, "state", state);
    }
    for (EndpointState state : EndpointState.values()) {
      meters.gauge(
          RouterMeters.NETWORK_STATE, () -> networkState() == state ? 1 : 0, "state", state.name());
    }
    meters.gauge(RouterMeters.ROLE_ENABLED, () -> rule().isOn() ? 1 : 0);
    meters.gauge(RouterMeters.ROLE_PERCENT, () -> rule().isOn() ? rule().percent() : 0);
  }

  /** Shows the counts of the storage. */
  void show(StorageCounts counts) {
    for (Route route : Route.values()) {
      String[] tags = {"route", route.label()};
      meters.counter(RouterMeters.STARTED, () -> counts.started(route), tags);
      meters.gauge(RouterMeters.IN_FLIGHT, () -> counts.inFlight(route), tags);
      meters.gauge(
          RouterMeters.OLDEST_IN_FLIGHT,
          () -> counts.oldestAge(route).map(Duration::toSeconds).orElse(0L),
          tags);
      for (Reason reason : Reason.values()) {
        meters.counter(
            RouterMeters.DECISIONS,
            () -> counts.decided(route, reason),
            "route",
            route.label(),
            "reason",
            reason.label());
      }
    }
  }

  private @Nullable RouteSet set() {
    return tables.get().routes(storage);
  }

  private RouteRule rule() {
    RouteSet set = set();
    return set == null ? RouteRule.off() : set.routes().rule();
  }

  private boolean isBreaker(String state) {
    RouteSet set = set();
    RouteSet.Network network = set == null ? null : set.network();
    return network != null && network.breaker().state().equals(state);
  }

  private EndpointState networkState() {
    RouteSet set = set();
    RouteSet.Network network = set == null ? null : set.network();
    return network == null ? EndpointState.DARK : network.endpoint().reportedState();
  }

  @Override
  public CallTimes first(MethodName method, RouteCounts counts) {
    String[] tags = tags(method, counts.route());
    meters.counter(RouterMeters.CLIENT_STARTED, counts::started, tags);
    meters.counter(RouterMeters.CLIENT_MSG_SENT, counts::sent, tags);
    meters.counter(RouterMeters.CLIENT_MSG_RECEIVED, counts::received, tags);
    LongConsumer handling = histogram(RouterMeters.CLIENT_HANDLING, tags);
    LongConsumer firstMessage =
        method.answersWithStream() ? histogram(RouterMeters.CLIENT_FIRST_MESSAGE, tags) : null;
    return new Times(times, handling, firstMessage);
  }

  private LongConsumer histogram(RouterMeters meter, String... tags) {
    Timer timer = meters.histogram(meter, tags);
    return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void firstEnd(MethodName method, Route route, Status.Code code, LongSupplier count) {
    meters.counter(
        RouterMeters.CLIENT_HANDLED, count, tags(method, route, "grpc_code", Labels.code(code)));
  }

  private static String[] tags(MethodName method, Route route, String... more) {
    String[] tags = {
      "grpc_type", method.type(),
      "grpc_service", method.service(),
      "grpc_method", method.method(),
      "route", route.label()
    };
    String[] all = Arrays.copyOf(tags, tags.length + more.length);
    System.arraycopy(more, 0, all, tags.length, more.length);
    return all;
  }

  @Override
  public void moved(MethodDescriptor<?, ?> method, Status status, MoveCause cause, long lostNanos) {
    fallbackLost.record(lostNanos, TimeUnit.NANOSECONDS);
    fallbacks.computeIfAbsent(new Move(status.getCode(), cause), this::fallbackCounter).increment();
  }

  @Override
  public void committedEarly() {
    earlyCommits.increment();
  }

  void breakerWouldTrip() {
    breakerWouldTrips.increment();
  }

  void breakerCame(String state) {
    Counter counter = breakerTransitions.get(state);
    if (counter != null) {
      counter.increment();
    }
  }

  private Counter fallbackCounter(Move move) {
    return meters.counter(
        RouterMeters.FALLBACKS,
        "from_code",
        Labels.code(move.from()),
        "cause",
        move.cause().label());
  }

  void remove() {
    meters.remove();
  }

  private record Times(
      TimeBatches batches, LongConsumer handling, @Nullable LongConsumer firstMessage)
      implements CallTimes {
    @Override
    public void firstMessage(long nanos) {
      if (firstMessage != null) {
        batches.add(firstMessage, nanos);
      }
    }

    @Override
    public void ended(long nanos) {
      batches.add(handling, nanos);
    }
  }

  private record Move(Status.Code from, MoveCause cause) {}
}
