package io.gitalyrouter.metrics;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.call.LiveTable;
import io.gitalyrouter.call.MoveCause;
import io.gitalyrouter.call.RouteSet;
import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one storage. Counters are found by enum, never by name, on a call's path; those of
 * rare statuses are made when they are first needed. <em>Thread-safe.</em>
 */
final class StorageMeters implements CallRecorder {
  private static final List<String> BREAKER_STATES =
      List.of("CLOSED", "OPEN", "HALF_OPEN", "WOULD_HAVE_TRIPPED", "FORCED_OPEN", "FORCED_CLOSED");

  private final MeterRegistry registry;
  private final String storage;
  private final List<Meter> made = new CopyOnWriteArrayList<>();
  private final Map<Route, Map<Reason, Counter>> decisions = new EnumMap<>(Route.class);
  private final Map<Route, Map<Status.Code, Counter>> calls = new EnumMap<>(Route.class);
  private final Map<Route, LongAdder> inFlight = new EnumMap<>(Route.class);
  private final Map<Move, Counter> fallbacks = new ConcurrentHashMap<>();
  private final Counter earlyCommits;
  private final Counter breakerWouldTrips;

  StorageMeters(MeterRegistry registry, String storage, Supplier<LiveTable> tables) {
    this.registry = registry;
    this.storage = storage;
    for (Route route : Route.values()) {
      LongAdder running = new LongAdder();
      inFlight.put(route, running);
      gauge(RouterMeters.IN_FLIGHT, running, LongAdder::sum, "route", route.label());
      Map<Reason, Counter> byReason = new EnumMap<>(Reason.class);
      for (Reason reason : Reason.values()) {
        byReason.put(
            reason,
            counter(RouterMeters.DECISIONS, "route", route.label(), "reason", reason.label()));
      }
      decisions.put(route, byReason);
      calls.put(route, new ConcurrentHashMap<>());
      ended(route).computeIfAbsent(Status.Code.OK, code -> callCounter(route, code));
    }
    this.earlyCommits = counter(RouterMeters.EARLY_COMMITS);
    this.breakerWouldTrips = counter(RouterMeters.BREAKER_WOULD_TRIPS);
    for (String state : BREAKER_STATES) {
      gauge(
          RouterMeters.BREAKER_STATE,
          tables,
          table -> breakerIs(table.get().routes(storage), state) ? 1 : 0,
          "state",
          state);
    }
    gauge(
        RouterMeters.ROLE_ENABLED,
        tables,
        table -> {
          RouteSet set = table.get().routes(storage);
          return set != null && set.routes().rule().isOn() ? 1 : 0;
        });
    gauge(
        RouterMeters.NETWORK_READY,
        tables,
        table -> {
          RouteSet set = table.get().routes(storage);
          RouteSet.Network network = set == null ? null : set.network();
          return network != null && network.endpoint().state() == EndpointState.READY ? 1 : 0;
        });
  }

  private static boolean breakerIs(@org.jspecify.annotations.Nullable RouteSet set, String state) {
    RouteSet.Network network = set == null ? null : set.network();
    return network != null && network.breaker().state().equals(state);
  }

  private Map<Status.Code, Counter> ended(Route route) {
    return byRoute(calls, route);
  }

  /** Every map by route is filled when the meters are made. */
  private static <T> T byRoute(Map<Route, T> map, Route route) {
    return Objects.requireNonNull(map.get(route), "route");
  }

  @Override
  public CallRecorder started(MethodDescriptor<?, ?> method, Decision decision) {
    Counter counter = byRoute(decisions, decision.route()).get(decision.reason());
    Objects.requireNonNull(counter, "reason").increment();
    byRoute(inFlight, decision.route()).increment();
    return this;
  }

  @Override
  public void moved(MethodDescriptor<?, ?> method, Status status, MoveCause cause) {
    byRoute(inFlight, Route.NETWORK).decrement();
    byRoute(inFlight, Route.LOCAL).increment();
    fallbacks.computeIfAbsent(new Move(status.getCode(), cause), this::fallbackCounter).increment();
  }

  @Override
  public void ended(Route served, Status.Code code) {
    byRoute(inFlight, served).decrement();
    Map<Status.Code, Counter> counters = ended(served);
    Counter counter = counters.get(code);
    if (counter == null) {
      counter = counters.computeIfAbsent(code, first -> callCounter(served, first));
    }
    counter.increment();
  }

  @Override
  public void committedEarly() {
    earlyCommits.increment();
  }

  void breakerWouldTrip() {
    breakerWouldTrips.increment();
  }

  private Counter callCounter(Route route, Status.Code code) {
    return counter(RouterMeters.CALLS, "route", route.label(), "grpc_code", code.name());
  }

  private Counter fallbackCounter(Move move) {
    return counter(
        RouterMeters.FALLBACKS, "from_code", move.from().name(), "cause", move.cause().label());
  }

  private Counter counter(RouterMeters meter, String... tags) {
    Counter counter =
        Counter.builder(meter.meterName())
            .description(meter.meaning())
            .tag("storage", storage)
            .tags(tags)
            .register(registry);
    made.add(counter);
    return counter;
  }

  private <T> void gauge(RouterMeters meter, T source, ToDoubleFunction<T> value, String... tags) {
    made.add(
        Gauge.builder(meter.meterName(), source, value)
            .description(meter.meaning())
            .tag("storage", storage)
            .tags(tags)
            .strongReference(true)
            .register(registry));
  }

  void remove() {
    made.forEach(registry::remove);
  }

  private record Move(Status.Code from, MoveCause cause) {}
}
